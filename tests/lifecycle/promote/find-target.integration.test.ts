import { expect, test } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import { findTarget } from "../../../src/lifecycle/promote/checks/find-target.ts";
import { temporaryRepository } from "../../support/repository.ts";

const suites = { api: { command: ["true"], report: { format: "exit-code" } } };
const plan = (promote?: object) => planSchema.parse({ suites, promote });

test("takes the target from the plan, then the record, then the checkout that the experiment started from", async () => {
  const { directory, commit, git } = await temporaryRepository();
  const base_commit = await commit("main", { "shop.ts": "" });
  await commit("release", { "shop.ts": "2" });
  await git("checkout", "--quiet", "main");
  const own = { path: "/nowhere", git_branch: "own", known_by: "record", base_commit } as const;
  const find = (promote: object | undefined, more: object = {}) =>
    findTarget(directory, plan(promote), { ...own, ...more });
  expect(await find({ target: "release" }, { base_branch: "main" })).toMatchObject({ target: "release" });
  expect(await find(undefined, { base_branch: "release" })).toMatchObject({ target: "release" });
  expect(await find(undefined)).toEqual({ target: "main", target_commit: base_commit });
  await expect(find({ target: "nowhere" })).rejects.toMatchObject({ code: "target_not_found" });
  await expect(find({ target: "own" })).rejects.toMatchObject({ code: "target_unknown" });
  await git("checkout", "--quiet", "--detach");
  await expect(find(undefined)).rejects.toMatchObject({ code: "target_unknown" });
});

test("takes a target that is another name of a git branch as that one", async () => {
  const { directory, commit, git } = await temporaryRepository();
  const target_commit = await commit("main", { "shop.ts": "" });
  await git("symbolic-ref", "refs/heads/trunk", "refs/heads/main");
  const own = { path: "/nowhere", git_branch: "own", known_by: "record" } as const;
  const found = await findTarget(directory, plan({ target: "trunk" }), own);
  expect(found).toEqual({ target: "main", target_commit });
});

test("accepts only the name of a git branch as a target", () => {
  for (const target of ["-x", "refs/heads/main", "a b", "a:b", "a~1"])
    expect(planSchema.safeParse({ suites, promote: { target } }).success, target).toBe(false);
  expect(plan({ target: "team/main" }).promote).toEqual({ target: "team/main", mode: "merge" });
});
