import { describe, expect, test } from "vitest";
import { useEmulator } from "../../emulator.ts";
import { at, growTree, openTree, project, someday, spec } from "./tree.ts";

describe("create-branch refuses", () => {
  const shared = useEmulator(growTree);
  const forever = { no_expiry: true };
  test.each<[string, string, object, string]>([
    ["a branch of a project that is not there", "projects/nope", forever, "project id not found [TraceId: "],
    ["a source that is not there", project, { ...forever, source_branch: at("nope") }, "branch id not found"],
    [
      "a uid as the source",
      project,
      { ...forever, source_branch: at("br-calm-lake-dev") },
      "branch id not found",
    ],
    ["a source without its path", project, { ...forever, source_branch: "dev" }, "branch id not found"],
    [
      "a source of another project",
      project,
      { ...forever, source_branch: "projects/other/branches/dev" },
      "branch id not found",
    ],
    [
      "a child of a branch that expires",
      project,
      { ...forever, source_branch: at("leaf") },
      "Branches with an expiration date cannot have child branches.",
    ],
    [
      "a protected branch that expires",
      project,
      { ttl: "60s", is_protected: true },
      "Protected branches cannot",
    ],
    ["an LSN", project, { ...forever, source_branch_lsn: "0/1" }, "keeps no WAL history"],
    [
      "a time to come",
      project,
      { ...forever, source_branch_time: someday },
      "'source_branch_time' must not be in the future",
    ],
    [
      "a time before the source was made",
      project,
      { ...forever, source_branch_time: new Date(Date.now() - 3_600_000).toISOString() },
      "is before the source branch was created",
    ],
    [
      "a time that is no longer kept",
      project,
      { ...forever, source_branch_time: "2020-01-01T00:00:00Z" },
      "is before the retained history of 604800s",
    ],
    ["an expiry of the wrong type", project, { ttl: 60 }, "Field 'spec.ttl' is not valid"],
  ])("%s", async (_what, parent, fields, reason) => {
    const { run } = shared();
    await expect(run("create-branch", parent, "new", ...spec(fields))).rejects.toThrow(reason);
  });

  test("a name that is taken, until the branch of that name is deleted", async () => {
    const { run, addBranch } = await openTree();
    const again = run("create-branch", project, "dev", ...spec(forever));
    await expect(again).rejects.toThrow("branch with such id already exists");
    await addBranch("gone", { delete_time: "2026-01-01T00:00:00.000Z" });
    const reused = run("create-branch", project, "gone", ...spec({ ...forever, source_branch: at("nope") }));
    await expect(reused).rejects.toThrow("branch id not found");
  });

  test("more branches than a project may have", async () => {
    const { run, addBranch } = await openTree();
    await addBranch("fourth");
    await expect(run("create-branch", project, "fifth", ...spec(forever))).rejects.toThrow(
      "branches limit exceeded: the project has 4 branches",
    );
  });

  test("a second protected branch", async () => {
    const { run, addBranch } = await openTree();
    await addBranch("safe", { is_protected: true });
    const second = run("create-branch", project, "x", ...spec({ ...forever, is_protected: true }));
    await expect(second).rejects.toThrow("protected branches limit exceeded: a project has at most 1");
  });
});

describe("create-branch --replace-existing", () => {
  test("changes what the spec states, and keeps uid, source and the rest", async () => {
    const { run, json, platform } = await openTree();
    const before = platform.store.branch("local", "leaf").branch;
    const replaced = await json(
      ...["create-branch", project, "leaf", "--replace-existing", ...spec({ no_expiry: true })],
    );
    expect(replaced).toMatchObject({ uid: before.uid, status: { source_branch: at("dev") } });
    expect(replaced).not.toHaveProperty("status.expire_time");
    await run("create-branch", project, "leaf", "--replace-existing", ...spec({ is_protected: true }));
    const { branch } = platform.store.branch("local", "leaf");
    expect(branch).toEqual({
      ...before,
      expire_time: undefined,
      is_protected: true,
      update_time: branch.update_time,
    });
  });

  test("does not let a parent expire", async () => {
    const { run } = await openTree();
    const replaced = run("create-branch", project, "dev", "--replace-existing", ...spec({ ttl: "60s" }));
    await expect(replaced).rejects.toThrow("Branches with child branches cannot have an expiration date.");
  });
});
