import { resolve } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { noting, prepareRace, waitFor } from "../support/race.ts";

test("a failing suite is run once more on a fresh branch, which tells state from code", async () => {
  const race = await prepareRace(
    (workspace) => ({
      suites: {
        api: {
          command: [process.execPath, resolve("tests/fixtures/stateful.mjs")],
          report: { format: "exit-code" },
          retry_on_fresh_branch: true,
        },
        e2e: { ...noting(workspace, "process.exitCode = 1;"), retry_on_fresh_branch: true },
      },
    }),
    ["exp-a"],
  );
  const { server } = race;
  const first = await waitFor(server, (await race.start({ tags: ["api"] })).run_id);
  expect(first.results).toMatchObject([{ status: "succeeded" }]);

  const second = await waitFor(server, (await race.start({ cycle_id: "C1" })).run_id);
  expect(second.results).toMatchObject([
    { status: "failed", by_tag: { api: { passed: 0, failed: 1 }, e2e: { passed: 0, failed: 1 } } },
  ]);
  expect((await race.outcomes("exp-a"))?.evidence?.by_tag).toMatchObject({
    api: { state: "evidence", failure_cause: "state" },
    e2e: { state: "evidence", failure_cause: "code" },
  });
  expect(await race.artifact("exp-a", "api/stdout.log")).toBe("2 visits\n");
  expect(await race.artifact("exp-a", "api/fresh-branch/stdout.log")).toBe("1 visits\n");

  // The fresh branches are gone again.
  const branches = z.looseObject({ branches: z.array(z.looseObject({ branch: z.string() })) });
  const names = (await server.call(branches, "list_branches")).branches.map(({ branch }) => branch);
  expect(names.filter((name) => name.startsWith(race.feature_id.toLowerCase()))).toHaveLength(1);
});

test("a test that both passed and failed over the repeats is flaky, apart from failed", async () => {
  const race = await prepareRace(
    (workspace) => ({
      suites: {
        api: noting(
          workspace,
          `const seen = fs.readFileSync(${JSON.stringify(`${workspace}/notes`)}, "utf8").match(/start/g).length;
           process.exitCode = seen === 2 ? 1 : 0;`,
        ),
        e2e: noting(workspace),
      },
    }),
    ["exp-a"],
  );
  const run = await waitFor(race.server, (await race.start({ repeat: 3 })).run_id);
  expect(run.results).toMatchObject([
    { status: "succeeded", by_tag: { api: { passed: 0, failed: 0 }, e2e: { passed: 1, failed: 0 } } },
  ]);
  expect((await race.outcomes("exp-a"))?.evidence?.by_tag).toMatchObject({ api: { flaky: 1 } });
  expect(JSON.parse(await race.artifact("exp-a", "api.cases.json")).cases).toMatchObject([
    { status: "flaky" },
  ]);
});
