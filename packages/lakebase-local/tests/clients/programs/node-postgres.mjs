import { readFileSync } from "node:fs";
import pg from "pg";
import { asleep, big, printAnswers, sessions } from "./answers.mjs";

const { PGSSLMODE, PGSSLROOTCERT, GUEST_PASSWORD } = process.env;
// What pg reads from the environment by itself, it reads before it knows of the authority.
const ssl = PGSSLMODE === "disable" ? false : { ca: readFileSync(PGSSLROOTCERT, "utf8") };

async function withClient(work, login = {}) {
  const client = new pg.Client({ ssl, ...login });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const whoAmI = (client) => client.query("SELECT current_user AS me").then(({ rows }) => rows[0].me);

await printAnswers({
  scram: async () => {
    const me = await withClient(whoAmI, { user: "guest", password: GUEST_PASSWORD });
    const refused = await withClient(whoAmI, { user: "guest", password: "wrong" }).catch(({ code }) => code);
    return `${me} ${refused === "28P01" ? "refused" : refused}`;
  },
  notify: () =>
    withClient(async (client) => {
      const heard = new Promise((resolve) => client.once("notification", resolve));
      await client.query("LISTEN node_postgres");
      await withClient((other) => other.query("NOTIFY node_postgres, 'hello'"));
      return (await heard).payload;
    }),
  cancel: () =>
    withClient(async (client) => {
      const slow = client.query("SELECT pg_sleep(600)").catch(({ code }) => code);
      const { processID } = client;
      await withClient(async (other) => {
        while ((await other.query(asleep, [processID])).rowCount === 0);
        await other.query("SELECT pg_cancel_backend($1)", [processID]);
      });
      const { rows } = (await slow) === "57014" ? await client.query("SELECT 'cancelled' AS state") : {};
      return rows[0].state;
    }),
  prepared: () =>
    withClient(async (client) => {
      const doubled = [];
      for (const value of [1, 2, 3]) {
        const query = { name: "double", text: "SELECT $1::int * 2 AS doubled", values: [value] };
        doubled.push((await client.query(query)).rows[0].doubled);
      }
      return doubled;
    }),
  big: () =>
    withClient(async (client) => {
      const { rows } = await client.query("SELECT $1::text AS big", [big]);
      return rows[0].big === big;
    }),
  logins: async () => {
    const pool = new pg.Pool({ ssl, max: sessions });
    const clients = await Promise.all(Array.from({ length: sessions }, () => pool.connect()));
    const { length } = await Promise.all(clients.map((client) => client.query("SELECT 1")));
    for (const client of clients) client.release();
    await pool.end();
    return length;
  },
});
