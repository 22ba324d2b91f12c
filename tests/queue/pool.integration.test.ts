import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { openPool } from "../../src/queue/database/pool.ts";
import { localLakebase } from "../support/lakebase.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { createProject } from "../support/projects.ts";

/** The emulator, behind a CLI that sets the lifetime of its tokens and logs each one. */
async function openLoggedLakebase(tokenSeconds: number) {
  const folder = await temporaryFolder();
  const [cli, log] = [join(folder, "cli.mjs"), join(folder, "log")];
  await writeFile(log, "");
  await writeFile(
    cli,
    `import { spawnSync } from "node:child_process";
     import { appendFileSync } from "node:fs";
     const args = process.argv.slice(2);
     const { stdout, stderr, status } = spawnSync(process.execPath,
       [${JSON.stringify(resolve("dist/lakebase-local.js"))}, ...args], { encoding: "utf8" });
     process.stderr.write(stderr);
     process.exitCode = status;
     if (args[1] !== "generate-database-credential" || status !== 0) process.stdout.write(stdout);
     else {
       appendFileSync(${JSON.stringify(log)}, "token\\n");
       const expire_time = new Date(Date.now() + ${tokenSeconds} * 1000).toISOString();
       process.stdout.write(JSON.stringify({ ...JSON.parse(stdout), expire_time }));
     }`,
  );
  const project = `pool-${randomBytes(4).toString("hex")}`;
  const lakebase = openLakebase({ ...localLakebase().settings, command: [process.execPath, cli], project });
  await createProject(lakebase);
  const countTokens = async () => (await readFile(log, "utf8")).split("\n").length - 1;
  return { lakebase, project, countTokens };
}

/** Opens two sessions at once, and runs a query in each. @returns how many tokens that took */
async function openSessions(tokenSeconds: number) {
  const { lakebase, project, countTokens } = await openLoggedLakebase(tokenSeconds);
  const pool = await openPool({ kind: "lakebase", project }, lakebase);
  onTestFinished(() => pool.end());
  const before = await countTokens();
  const sessions = await Promise.all([pool.connect(), pool.connect()]);
  const answers = await Promise.all(sessions.map((session) => session.query("select 1 as one")));
  for (const session of sessions) session.release();
  expect(answers.map(({ rows }) => rows)).toEqual([[{ one: 1 }], [{ one: 1 }]]);
  return (await countTokens()) - before;
}

test("new sessions share a token that lasts", async () => {
  expect(await openSessions(3_600)).toBe(0);
});

test("a new session gets a new token when the last one is about to expire", async () => {
  expect(await openSessions(30)).toBe(2);
});
