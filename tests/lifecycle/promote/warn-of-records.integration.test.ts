import { expect, it } from "vitest";
import { warnOfRecords } from "../../../src/lifecycle/promote/checks/warn-of-records.ts";
import { temporaryRepository } from "../../support/repository.ts";

it("warns if a merge would bring along the experiment's changes to records", async () => {
  const { directory, commit } = await temporaryRepository();
  const plan = ".tdd/features/F1/plan.json";
  await commit("main", { "shop.ts": "1\n", [plan]: "{}\n", "sub/.tdd/notes.md": "1\n" });
  const harmless = await commit("harmless", { "shop.ts": "2\n" });
  const weakened = await commit("weakened", { [plan]: '{"suites":{}}\n', "sub/.tdd/notes.md": "2\n" });
  // What the target changed since is not the experiment's.
  const target_commit = await commit("main", { [plan]: "{ }\n" });
  const merge = { target: "main", target_commit, how: "merge" as const, conflicts: [] };

  expect(await warnOfRecords(directory, { commit: harmless, merge })).toEqual([]);
  expect(await warnOfRecords(directory, { commit: weakened })).toEqual([]);
  const [warning] = await warnOfRecords(directory, { commit: weakened, merge });
  expect(warning).toContain(`bring to main: ${plan}, sub/.tdd/notes.md.`);
});
