import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import postgres from "postgres";
import { asleep, big, printAnswers, sessions } from "./answers.mjs";

const { PGSSLMODE, PGSSLROOTCERT, GUEST_PASSWORD } = process.env;
const ssl = PGSSLMODE === "disable" ? false : { ca: readFileSync(PGSSLROOTCERT, "utf8") };

async function withSql(work, options = {}) {
  const sql = postgres({ ssl, max: 1, onnotice: () => {}, ...options });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

const whoAmI = (sql) => sql`SELECT current_user AS me`.then(([{ me }]) => me);

await printAnswers({
  scram: async () => {
    const me = await withSql(whoAmI, { user: "guest", password: GUEST_PASSWORD });
    const refused = await withSql(whoAmI, { user: "guest", password: "wrong" }).catch(({ code }) => code);
    return `${me} ${refused === "28P01" ? "refused" : refused}`;
  },
  copy: () =>
    withSql(async (sql) => {
      await sql`CREATE TEMPORARY TABLE numbers (number int)`;
      const numbers = Array.from({ length: 1000 }, (_, index) => `${index + 1}\n`);
      await pipeline(Readable.from(numbers), await sql`COPY numbers FROM STDIN`.writable());
      let text = "";
      for await (const chunk of await sql`COPY numbers TO STDOUT`.readable()) text += chunk;
      return text
        .trim()
        .split("\n")
        .map(Number)
        .reduce((sum, number) => sum + number, 0);
    }),
  notify: () =>
    withSql(async (sql) => {
      const heard = new Promise((resolve) => {
        sql.listen("postgres_js", resolve, () => sql.notify("postgres_js", "hello"));
      });
      return await heard;
    }),
  cancel: () =>
    withSql(async (sql) => {
      const [{ pid }] = await sql`SELECT pg_backend_pid() AS pid`;
      const slow = sql`SELECT pg_sleep(600)`;
      const ended = slow.catch(({ code }) => code);
      await withSql(async (other) => {
        while ((await other.unsafe(asleep, [pid])).length === 0);
      });
      slow.cancel();
      const state = await ended;
      return state === "57014" ? (await sql`SELECT 'cancelled' AS state`)[0].state : state;
    }),
  prepared: () =>
    withSql(async (sql) => {
      const doubled = [];
      for (const value of [1, 2, 3])
        doubled.push((await sql`SELECT ${value}::int * 2 AS doubled`)[0].doubled);
      return doubled;
    }),
  big: () => withSql(async (sql) => (await sql`SELECT ${big}::text AS big`)[0].big === big),
  logins: () =>
    withSql(
      async (sql) => {
        const held = await Promise.all(Array.from({ length: sessions }, () => sql.reserve()));
        const { length } = await Promise.all(held.map((session) => session`SELECT 1`));
        for (const session of held) session.release();
        return length;
      },
      { max: sessions },
    ),
});
