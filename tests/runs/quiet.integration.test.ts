import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { findSuitePid, loggedScript, openGate, prepareRun, readNotes, waitFor } from "../support/runs.ts";

const begun = async (workspace: string) =>
  (await readNotes(workspace))
    .filter(({ what }) => what === "start")
    .map(({ slug, tag }) => `${slug} ${tag}`);

test("a quiet run lets experiments work one at a time, in turns, and says so with its counts", async () => {
  const feature = await prepareRun(
    (workspace) => ({
      setup: loggedScript(workspace).command,
      suites: { api: loggedScript(workspace), e2e: loggedScript(workspace) },
    }),
    ["exp-a", "exp-b"],
  );
  const { run_id } = await feature.start({ quiet: true, repeat: 2 });
  const run = await waitFor(feature.server, run_id);
  expect(run).toMatchObject({ state: "finished", concurrency: 1, peak_in_flight: 1 });
  expect(await begun(feature.workspace)).toEqual(
    ["setup", "api", "api", "e2e", "e2e"].flatMap((tag) => [`exp-a ${tag}`, `exp-b ${tag}`]),
  );
  // Each ends before the next begins.
  const notes = (await readNotes(feature.workspace)).map(({ what }) => what);
  expect(notes).toEqual(notes.map((_, index) => (index % 2 === 0 ? "start" : "end")));
  for (const slug of ["exp-a", "exp-b"]) {
    const { api } = (await feature.outcomes(slug))?.evidence?.by_tag ?? {};
    expect(api).toMatchObject({ state: "evidence", alone: true });
    expect(api?.durations_ms).toHaveLength(2);
    expect(api?.duration_ms).toBeGreaterThanOrEqual(
      (api?.durations_ms ?? []).reduce((sum, each) => sum + each),
    );
  }
});

test("a run says that others ran beside it, and a quiet one refuses to start beside others", async () => {
  const feature = await prepareRun(
    (workspace) => ({ suites: { api: loggedScript(workspace) } }),
    ["exp-a", "exp-b"],
  );
  await waitFor(feature.server, (await feature.start()).run_id);
  expect((await feature.outcomes("exp-a"))?.evidence?.by_tag.api).toMatchObject({ alone: false });
  const { feature_id } = feature;
  expect(
    await feature.server.fail("run_experiments", { feature_id, quiet: true, concurrency: 2 }),
  ).toMatchObject({
    code: "invalid_concurrency",
  });
});

test("cancelling a quiet run also ends the waits for a turn", async () => {
  const feature = await prepareRun(
    (workspace) => ({ suites: { api: loggedScript(workspace, `await gate("${workspace}/never");`) } }),
    ["exp-a", "exp-b", "exp-c"],
  );
  const { run_id } = await feature.start({ quiet: true });
  await findSuitePid(feature.workspace, "exp-a", "api");
  const ended = await feature.server.call(
    z.looseObject({ state: z.string(), results: z.array(z.looseObject({ status: z.string() })) }),
    "cancel_run",
    { run_id },
  );
  expect(ended.state).toBe("cancelled");
  expect(await begun(feature.workspace)).toEqual(["exp-a api"]);
  expect(ended.results.map(({ status }) => status)).not.toContain("running");
  await openGate(`${feature.workspace}/never`);
});

test.each([
  ["a quiet run", { quiet: true }],
  ["a run of one at a time", { concurrency: 1 }],
])("nobody calls Lakebase while a suite of %s is measured", async (_which, options) => {
  const calls = join(await temporaryFolder(), "calls");
  const note = (what: string) => `fs.appendFileSync(${JSON.stringify(calls)}, "${what} suite\\n");`;
  const suite = `const fs = require("node:fs"); ${note("begin")} setTimeout(() => { ${note("end")} }, 1500);`;
  const feature = await prepareRun(
    // A run extends branches that expire this soon.
    () => ({ ttl: "1800s", suites: { api: script(suite) } }),
    ["exp-a", "exp-b"],
    { LAKEBASE_CLI: resolve("tests/fixtures/slow-cli.mjs"), NOTED_CALLS: calls },
  );

  await waitFor(feature.server, (await feature.start(options)).run_id);

  const lines = (await readFile(calls, "utf8")).trim().split("\n");
  const suites = lines.flatMap((line, index) =>
    line === "begin suite" ? [[...listOpen(lines.slice(0, index)), lines[index + 1]]] : [],
  );
  expect(suites).toEqual([["end suite"], ["end suite"]]);
});

/** Lists what has begun and not ended. */
function listOpen(lines: string[]): string[] {
  const open: string[] = [];
  for (const line of lines) {
    const name = line.replace(/^(begin|end) /, "");
    if (line.startsWith("begin ")) open.push(name);
    else open.splice(open.indexOf(name), 1);
  }
  return open;
}
