import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { big, printAnswers, sessions } from "./answers.mjs";

/** Runs statements in a session, and returns what it printed. */
async function psql(script, variables = {}, meanwhile = () => {}) {
  const child = spawn("psql", ["-X", "-A", "-t", "-q"], { env: { ...process.env, ...variables } });
  child.stdin.end(script);
  const [printed, said] = await Promise.all([text(child.stdout), text(child.stderr), meanwhile(child)]);
  if (child.exitCode === null) await once(child, "exit");
  return { printed: printed.trim(), said };
}

await printAnswers({
  scram: async () => {
    const guest = (password) => psql("SELECT current_user", { PGUSER: "guest", PGPASSWORD: password });
    const { said } = await guest("wrong");
    const refused = said.includes("password authentication failed");
    return `${(await guest(process.env.GUEST_PASSWORD)).printed} ${refused ? "refused" : said}`;
  },
  copy: async () => {
    const numbers = Array.from({ length: 1000 }, (_, index) => index + 1).join("\n");
    const script = `CREATE TEMPORARY TABLE numbers (number int);\n\\copy numbers FROM STDIN\n${numbers}\n\\.\n\\copy numbers TO STDOUT\n`;
    const { printed } = await psql(script);
    return printed
      .split("\n")
      .map(Number)
      .reduce((sum, number) => sum + number, 0);
  },
  notify: async () => {
    const { printed } = await psql("LISTEN psql;\nNOTIFY psql, 'hello';\nSELECT 1;\n");
    return /with payload "(\w+)"/.exec(printed)?.[1] ?? printed;
  },
  cancel: async () => {
    const asleep = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%'";
    const interrupt = async (child) => {
      while ((await psql(asleep)).printed === "0");
      child.kill("SIGINT");
    };
    const { said } = await psql("SELECT pg_sleep(600);\n", {}, interrupt);
    return said.includes("canceling statement due to user request") ? "cancelled" : said;
  },
  prepared: async () => {
    const calls = [1, 2, 3].map((value) => `EXECUTE double(${value});\n`).join("");
    const { printed } = await psql(`PREPARE double(int) AS SELECT $1 * 2;\n${calls}`);
    return printed.split("\n");
  },
  big: async () => (await psql(`SELECT '${big}';\n`)).printed === big,
  logins: async () => {
    const run = promisify(execFile);
    const all = Array.from({ length: sessions }, () => run("psql", ["-X", "-A", "-t", "-c", "SELECT 1"]));
    return (await Promise.all(all)).filter(({ stdout }) => stdout.trim() === "1").length;
  },
});
