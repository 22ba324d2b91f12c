import { readFileSync } from "node:fs";
import knex from "knex";
import { big, printAnswers, sessions } from "./answers.mjs";

const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGSSLROOTCERT, GUEST_PASSWORD } =
  process.env;
const ssl = PGSSLMODE === "disable" ? false : { ca: readFileSync(PGSSLROOTCERT, "utf8") };
const owner = {
  host: PGHOST,
  port: Number(PGPORT),
  user: PGUSER,
  password: PGPASSWORD,
  database: PGDATABASE,
};

async function withKnex(work, login = {}) {
  const db = knex({ client: "pg", connection: { ...owner, ssl, ...login }, pool: { max: sessions } });
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

const whoAmI = (db) => db.raw("SELECT current_user AS me").then(({ rows }) => rows[0].me);

await printAnswers({
  scram: async () => {
    const me = await withKnex(whoAmI, { user: "guest", password: GUEST_PASSWORD });
    const refused = await withKnex(whoAmI, { user: "guest", password: "wrong" }).catch(({ code }) => code);
    return `${me} ${refused === "28P01" ? "refused" : refused}`;
  },
  cancel: () =>
    withKnex(async (db) => {
      const ended = await db
        .raw("SELECT pg_sleep(600)")
        .timeout(100, { cancel: true })
        .catch(({ name }) => name);
      const { rows } = await db.raw("SELECT 'cancelled' AS state");
      return ended === "KnexTimeoutError" ? rows[0].state : ended;
    }),
  big: () => withKnex(async (db) => (await db.raw("SELECT ?::text AS big", [big])).rows[0].big === big),
  logins: () =>
    withKnex(async (db) => {
      const open = await Promise.all(Array.from({ length: sessions }, () => db.transaction()));
      const { length } = await Promise.all(open.map((transaction) => transaction.raw("SELECT 1")));
      await Promise.all(open.map((transaction) => transaction.commit()));
      return length;
    }),
});
