import pg from "pg";

/** The design of this checkout, and a pool of connections to its branch. */
export const designDirectory = new URL("./design/", import.meta.url);
export const shop = await import(new URL("shop.mjs", designDirectory));
export const connect = (max = 10) => new pg.Pool({ connectionString: process.env.DATABASE_URL, max });
