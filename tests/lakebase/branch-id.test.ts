import { describe, expect, expectTypeOf, test } from "vitest";
import {
  asBranchName,
  asBranchUid,
  type BranchName,
  type BranchUid,
  branchNameFromResourcePath,
  looksLikeBranchUid,
  toBranchName,
} from "../../src/lakebase/branches/branch-id.ts";
import type { openConnection } from "../../src/lakebase/connection/connection.ts";

describe("names and uids", () => {
  test("do not mix with each other or with plain strings", () => {
    expectTypeOf<BranchUid>().not.toExtend<BranchName>();
    expectTypeOf<BranchName>().not.toExtend<BranchUid>();
    expectTypeOf<string>().not.toExtend<BranchName>();
    expectTypeOf<BranchUid>().not.toExtend<Parameters<typeof openConnection>[1]>();
    expectTypeOf<BranchName>().toExtend<string>();
    expect(asBranchName("exp-a")).toBe("exp-a");
    expect(asBranchUid("br-broad-sky-d2k5gewt")).toBe("br-broad-sky-d2k5gewt");
  });

  test.each(["br-broad-sky-d2k5gewt", "br-crimson-fire-d28lb2ez"])("%s is refused as a name", (uid) => {
    expect(looksLikeBranchUid(uid)).toBe(true);
    expect(() => asBranchName(uid)).toThrowError(
      expect.objectContaining({ code: "invalid_branch_name", hint: expect.stringMatching(/name .*uid/) }),
    );
  });

  test.each(["br-fix", "br-fix-login", "br-fix-login-20260101", "br-new-checkout-rollback"])(
    "%s is a name, whatever its prefix",
    (name) => {
      expect(asBranchName(name)).toBe(name);
    },
  );

  test.each(["", "1a", "-a", "a-", "A", "a_b", "a b", "a/b", "a".repeat(64)])(
    '"%s" is not a name',
    (text) => {
      expect(() => asBranchName(text)).toThrowError(expect.objectContaining({ code: "invalid_branch_name" }));
    },
  );

  test.each(["exp-a", "br-", ""])('"%s" is not a uid', (text) => {
    expect(() => asBranchUid(text)).toThrowError(expect.objectContaining({ code: "invalid_branch_uid" }));
  });

  test("reads a branch's name from its resource path, even one like a uid, and nothing from other paths", () => {
    expect(branchNameFromResourcePath("projects/p/branches/br-broad-sky-d2k5gewt")).toBe(
      "br-broad-sky-d2k5gewt",
    );
    for (const path of [
      "projects/p",
      "projects/p/branches/",
      "projects/p/branches/b/endpoints/primary",
      "b",
    ]) {
      expect(branchNameFromResourcePath(path)).toBeNull();
    }
  });
});

describe("toBranchName", () => {
  test("keeps a valid name, in lower case", () => {
    expect(toBranchName("F1-checkout", "exp-pg")).toBe("f1-checkout--exp-pg");
  });

  test("distinguishes names that would become the same", () => {
    const groups = [
      [["exp_pg"], ["exp.pg"], ["exp-pg"], ["exp pg"], ["exp--pg"]],
      [["f-a", "b"], ["f", "a-b"], ["f-a-b"]],
      [
        ["a".repeat(80), "one"],
        ["a".repeat(80), "two"],
      ],
      [["1a"], ["b-1a"]],
      [["br-broad-sky-d2k5gewt"], ["b-br-broad-sky-d2k5gewt"]],
      [["é"], ["ü"], [""]],
    ];
    for (const group of groups) {
      const names = group.map((parts) => toBranchName(...parts));
      expect(new Set(names).size).toBe(group.length);
      for (const name of names) expect(asBranchName(name)).toBe(name);
    }
  });

  test("shortens a name to 63 characters without a trailing hyphen", () => {
    for (let length = 50; length < 70; length++) {
      const name = toBranchName(`${"a".repeat(length)}-`, "x");
      expect(name.length).toBeLessThanOrEqual(63);
      expect(asBranchName(name)).toBe(name);
    }
  });

  test("always gives the same result", () => {
    expect(toBranchName("F_1", "x".repeat(90))).toBe(toBranchName("F_1", "x".repeat(90)));
  });
});
