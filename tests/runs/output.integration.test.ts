import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { temporaryRepository } from "../support/repository.ts";
import {
  findWorkerPid,
  isAlive,
  loggedScript,
  openGate,
  prepareRun,
  readNotes,
  waitFor,
} from "../support/runs.ts";
import { isSkipped } from "../support/vitest/skip.ts";

/** In MB; the worker of a run of quiet suites takes some 100. */
const flatMb = 400;

test.skipIf(
  isSkipped(process.platform !== "linux", "a worker's memory is read from /proc, which only Linux has"),
)("keeps the head and tail of half a gigabyte of output in constant memory", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(
          workspace,
          `const block = Buffer.from("0123456789abcde\\n".repeat(4096));
           process.stdout.write("first line\\n");
           for (let round = 0; round < 8192; round++)
             if (!process.stdout.write(block)) await new Promise((go) => process.stdout.once("drain", go));
           process.stdout.write("last line\\n");
           note("printed"); await gate("${join(workspace, "gate")}");`,
        ),
      },
    }),
    ["exp-a"],
  );
  const { workspace, server } = feature;
  const { run_id } = await feature.start();
  await expect.poll(async () => (await readNotes(workspace)).at(-1)?.what).toBe("printed");
  const status = await readFile(`/proc/${await findWorkerPid(workspace, run_id)}/status`, "utf8");
  const peakMb = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  expect(peakMb).toBeGreaterThan(20);
  expect(peakMb).toBeLessThan(flatMb);

  await openGate(join(workspace, "gate"));
  expect((await waitFor(server, run_id)).results).toMatchObject([{ status: "succeeded" }]);
  const log = await feature.artifact("exp-a", "api/stdout.log");
  expect(log.length).toBeLessThan(3 * 2 ** 20);
  expect(log).toMatch(/^first line\n0123456789abcde\n/);
  expect(log).toMatch(/\n… 534\d{6} bytes left out …\n/);
  expect(log).toMatch(/0123456789abcde\nlast line\n$/);
});

test("masks a login in every encoding, across chunks and in files", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: loggedScript(
          workspace,
          `const { DATABASE_URL: url, PGPASSWORD: password, ARTIFACTS_DIR: folder } = process.env;
           const bytes = (text) => Buffer.from(text);
           const wrapped = (text) => bytes(text).toString("base64").replace(/.{76}/g, "$&\\n");
           const forms = [
             (text) => text, encodeURIComponent, (text) => encodeURIComponent(encodeURIComponent(text)),
             (text) => JSON.stringify(JSON.stringify({ text })), (text) => bytes(text).toString("hex"),
             (text) => bytes(text).toString("hex").toUpperCase(), (text) => bytes(text).toString("base64"),
             (text) => bytes(text).toString("base64url"), (text) => bytes("x" + text).toString("base64"),
             (text) => bytes("xy" + text).toString("base64"), wrapped,
             (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
           ];
           const lines = forms.flatMap((form, index) => [url, password].map((secret) => index + " " + form(secret)));
           const output = lines.join("\\n") + "\\n";
           for (let at = 0; at < output.length; at += 37) {
             process.stdout.write(output.slice(at, at + 37));
             await new Promise((go) => setTimeout(go, 1));
           }
           console.error(output);
           fs.writeFileSync(folder + "/all.txt", output);
           fs.writeFileSync("${join(workspace, "secrets.json")}", JSON.stringify({ url, password, pid: process.pid }));`,
        ),
      },
    }),
    ["exp-a"],
  );
  const { server, workspace } = feature;
  const run = await waitFor(server, (await feature.start()).run_id);
  expect(run.results).toMatchObject([{ status: "succeeded" }]);
  const { password, pid } = JSON.parse(await readFile(join(workspace, "secrets.json"), "utf8"));
  expect(await isAlive(pid)).toBe(false);
  // A piece of the password that is long enough to tell, in each encoding that a line may have.
  const middle = password.slice(8, -8);
  expect(middle.length).toBeGreaterThan(8);
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.from(middle.slice(shift)).toString("base64").replace(/=+$/, "").slice(0, -2),
  );
  const traces = [middle, Buffer.from(middle).toString("hex"), ...base64].map((trace) => trace.toLowerCase());
  for (const name of ["stdout.log", "stderr.log", "all.txt"]) {
    const kept = (await feature.artifact("exp-a", `api/${name}`)).toLowerCase();
    expect(kept.match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(24);
    const joined = kept.replace(/[\r\n]/g, "");
    expect(traces.filter((trace) => joined.includes(trace))).toEqual([]);
  }
});

test("masks a login in the names that a reason takes from a suite: of its report, and of its git branch", async () => {
  const { directory, commit } = await temporaryRepository();
  await commit("main", { ".gitignore": "notes\n" });
  const folder = await temporaryFolder();
  const steal = `fs.writeFileSync(${JSON.stringify(join(folder, "login"))}, process.env.PGPASSWORD);`;
  const git = `require("node:child_process").execFileSync("git", ["checkout", "-qb", process.env.PGPASSWORD]);`;
  const feature = await prepareRun(
    (workspace) => ({
      suites: {
        api: {
          ...loggedScript(
            workspace,
            `${steal} fs.writeFileSync(process.env.ARTIFACTS_DIR + "/" + process.env.PGPASSWORD + ".xml", "?");`,
          ),
          report: { format: "junit", path: "*.xml" },
        },
        e2e: loggedScript(workspace, git),
        infra: loggedScript(workspace),
      },
    }),
    ["exp-a"],
    {},
    directory,
  );
  const run = await waitFor(feature.server, (await feature.start()).run_id);

  const login = await readFile(join(folder, "login"), "utf8");
  expect(run.results[0]?.no_evidence).toEqual({
    api: expect.stringContaining("cannot be read, exit status 0: [redacted].xml: "),
    e2e: expect.any(String),
    infra: expect.stringContaining("is on [redacted], not on its own git branch"),
  });
  expect(JSON.stringify([run, await feature.outcomes("exp-a")])).not.toContain(login);
});
