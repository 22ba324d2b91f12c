import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import { big, printAnswers, sessions } from "./answers.mjs";

const { PGSSLMODE, PGSSLROOTCERT, GUEST_PASSWORD } = process.env;
const ssl = PGSSLMODE === "disable" ? false : { ca: readFileSync(PGSSLROOTCERT, "utf8") };

async function withDrizzle(work, login = {}) {
  const pool = new pg.Pool({ ssl, max: sessions, ...login });
  try {
    return await work(drizzle(pool));
  } finally {
    await pool.end();
  }
}

const whoAmI = (db) => db.execute(sql`SELECT current_user AS me`).then(({ rows }) => rows[0].me);

await printAnswers({
  scram: async () => {
    const me = await withDrizzle(whoAmI, { user: "guest", password: GUEST_PASSWORD });
    const wrong = { user: "guest", password: "wrong" };
    const refused = await withDrizzle(whoAmI, wrong).catch(({ code, cause }) => code ?? cause.code);
    return `${me} ${refused === "28P01" ? "refused" : refused}`;
  },
  prepared: () =>
    withDrizzle(async (db) => {
      const doubled = sql`${sql.placeholder("value")}::int * 2`.as("doubled");
      const query = db.select({ doubled }).from(sql`(SELECT) AS one`).prepare("double");
      const answers = [];
      for (const value of [1, 2, 3]) answers.push((await query.execute({ value }))[0].doubled);
      return answers;
    }),
  big: () =>
    withDrizzle(async (db) => (await db.execute(sql`SELECT ${big}::text AS big`)).rows[0].big === big),
  logins: () =>
    withDrizzle(async (db) => {
      let open = 0;
      let openAll = () => {};
      const allOpen = new Promise((resolve) => {
        openAll = resolve;
      });
      const transactions = Array.from({ length: sessions }, () =>
        db.transaction(async () => {
          open += 1;
          if (open === sessions) openAll();
          await allOpen;
        }),
      );
      return (await Promise.all(transactions)).length;
    }),
});
