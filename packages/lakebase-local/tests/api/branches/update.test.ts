import { describe, expect, test } from "vitest";
import { useEmulator } from "../../emulator.ts";
import { at, growTree, openTree, spec } from "./tree.ts";

describe("update-branch", () => {
  const shared = useEmulator(growTree);

  test.each<[string, string, object, string]>([
    [
      "dev",
      "spec.expiration",
      { ttl: "60s" },
      "Branches with child branches cannot have an expiration date.",
    ],
    ["production", "spec.expiration", { ttl: "60s" }, "The default branch cannot have an expiration date."],
    ["leaf", "spec.expiration", {}, "No expiration is given"],
    [
      "leaf",
      "spec.is_protected",
      { is_protected: true },
      "Protected branches cannot have an expiration date.",
    ],
    [
      "leaf",
      "spec",
      { ttl: "60s", is_protected: true },
      "Protected branches cannot have an expiration date.",
    ],
    [
      "leaf",
      "spec.source_branch",
      { source_branch: at("production") },
      "names 'spec.source_branch', which cannot",
    ],
    ["nope", "spec", { no_expiry: true }, "branch id not found"],
    ["br-calm-lake-leaf", "spec", { no_expiry: true }, "branch id not found"],
  ])("of %s with the mask %s refuses %j", async (id, mask, fields, reason) => {
    const { run } = shared();
    await expect(run("update-branch", at(id), mask, ...spec(fields))).rejects.toThrow(reason);
  });

  test("needs a spec", async () => {
    const { run } = await openTree();
    await expect(run("update-branch", at("leaf"), "spec")).rejects.toThrow(
      "Field 'branch.spec' is required.",
    );
  });

  test("changes only what its mask names", async () => {
    const { json } = await openTree();
    const fields = spec({ is_protected: true, no_expiry: true });
    const status = { is_protected: false };
    expect(await json("update-branch", at("leaf"), "spec.expiration", ...fields)).toMatchObject({ status });
    expect(await json("update-branch", at("leaf"), "spec", ...fields)).toMatchObject({
      status: { is_protected: true },
    });
    expect(await json("update-branch", at("leaf"), "spec.is_protected", ...spec({}))).toMatchObject({
      status,
    });
  });

  test("lets a protected branch be updated again, which does not count as a second one", async () => {
    const { json, addBranch } = await openTree();
    await addBranch("safe", { is_protected: true });
    const again = await json(
      "update-branch",
      at("safe"),
      "spec",
      ...spec({ is_protected: true, no_expiry: true }),
    );
    expect(again).toMatchObject({ status: { is_protected: true } });
  });

  test("lets a branch expire once its children are gone", async () => {
    const { run, json } = await openTree();
    await run("delete-branch", at("leaf"), "--purge");
    const changed = await json("update-branch", at("dev"), "spec.expiration", ...spec({ ttl: "3600s" }));
    expect(changed).toHaveProperty("status.expire_time");
  });
});
