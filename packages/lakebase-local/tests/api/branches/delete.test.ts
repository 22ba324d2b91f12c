import { describe, expect, test } from "vitest";
import { at, openTree, project, someday, spec } from "./tree.ts";

describe("delete-branch", () => {
  test.each([
    [
      "production",
      `Cannot delete root branch '${at("production")}'. Root branches cannot be deleted independently.`,
    ],
    ["dev", `cannot delete branch '${at("dev")}': it has child branches (leaf)`],
    ["safe", "cannot delete protected branch"],
    ["main", `cannot delete default branch '${at("main")}'`],
    ["nope", "branch id not found"],
    ["..", "resource not found"],
    ["leaf/..", "resource not found"],
    ["leaf?purge=true", "branch id not found"],
  ])("of %s is refused", async (id, reason) => {
    const { run, addBranch, platform, project: local } = await openTree();
    await addBranch("safe", { is_protected: true });
    const main = await addBranch("main");
    await platform.store.saveProject({ ...local, default_branch_uid: main.uid });
    await expect(run("delete-branch", at(id))).rejects.toThrow(reason);
    expect(platform.store.branches()).toHaveLength(5);
    expect(platform.store.projects()).toHaveLength(1);
  });

  test("hides a branch, which is listed with the time of its purge until then", async () => {
    const { run, json } = await openTree();
    await run("delete-branch", at("leaf"));
    await expect(run("get-branch", at("leaf"))).rejects.toThrow("branch id not found");
    expect(await json("list-branches", project)).toHaveLength(2);
    const listed = await json("list-branches", project, "--show-deleted");
    expect(listed).toMatchObject([{}, {}, { branch_id: "leaf", status: { current_state: "DELETED" } }]);
  });

  test("with --purge leaves nothing to undelete", async () => {
    const { run, json } = await openTree();
    await run("delete-branch", at("leaf"), "--purge");
    expect(await json("list-branches", project, "--show-deleted")).toHaveLength(2);
    await expect(run("undelete-branch", at("leaf"))).rejects.toThrow("branch id not found");
  });
});

describe("undelete-branch", () => {
  test("brings back a branch as it was, at another time of change", async () => {
    const { run, json } = await openTree();
    await run("delete-branch", at("leaf"));
    expect(await run("undelete-branch", at("leaf"))).toBe("");
    const back = await json("get-branch", at("leaf"));
    expect(back).toMatchObject({
      uid: "br-calm-lake-leaf",
      status: { current_state: "READY", expire_time: someday },
    });
    expect(back).not.toHaveProperty("status.delete_time");
  });

  test("brings back the one deleted last, of several with that name", async () => {
    const { run, json, addBranch } = await openTree();
    for (const [uid, create_time] of [
      ["br-calm-lake-first", "2026-01-01T00:00:00.000Z"],
      ["br-calm-lake-second", "2026-01-02T00:00:00.000Z"],
    ] as const)
      await addBranch("twice", { uid, create_time, delete_time: "2026-01-03T00:00:00.000Z" });
    await run("undelete-branch", at("twice"));
    expect(await json("get-branch", at("twice"))).toMatchObject({ uid: "br-calm-lake-second" });
  });

  test("is refused for a branch that is there, and for one that never was", async () => {
    const { run } = await openTree();
    await expect(run("undelete-branch", at("dev"))).rejects.toThrow("branch with such id already exists");
    await expect(run("undelete-branch", at("nope"))).rejects.toThrow("branch id not found");
  });

  test("is refused while the branch that it was taken from is deleted", async () => {
    const { run } = await openTree();
    for (const id of ["leaf", "dev"]) await run("delete-branch", at(id));
    await expect(run("undelete-branch", at("leaf"))).rejects.toThrow("its source branch is deleted");
    await run("undelete-branch", at("dev"));
    expect(await run("undelete-branch", at("leaf"))).toBe("");
  });

  test("gives a branch that expires no child back", async () => {
    const { run } = await openTree();
    await run("delete-branch", at("leaf"));
    await run("update-branch", at("dev"), "spec.expiration", ...spec({ ttl: "3600s" }));
    await expect(run("undelete-branch", at("leaf"))).rejects.toThrow(
      "Branches with an expiration date cannot have child branches.",
    );
  });
});

test("an expired branch is gone at once, and its name is free, before its data is removed", async () => {
  const { run, json, addBranch } = await openTree();
  await addBranch("over", { expire_time: "2026-01-01T00:00:00.000Z" });
  await expect(run("get-branch", at("over"))).rejects.toThrow("branch id not found");
  expect(await json("list-branches", project)).toHaveLength(3);
  const reused = run(
    "create-branch",
    project,
    "over",
    ...spec({ no_expiry: true, source_branch: at("nope") }),
  );
  await expect(reused).rejects.toThrow("branch id not found");
});
