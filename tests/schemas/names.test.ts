import { describe, expect, test } from "vitest";
import {
  artifactNameSchema,
  branchPrefixSchema,
  experimentSlugSchema,
  featureIdSchema,
  runIdSchema,
  tagSchema,
} from "../../schemas/names.ts";

const x = (count: number) => "x".repeat(count);

describe.each([
  ["feature_id", featureIdSchema],
  ["experiment_slug", experimentSlugSchema],
])("a %s", (field, schema) => {
  test.each(["a", "9", "F1-checkout", "exp_pg.v2", "a-b.c_d", x(63), "HEAD", "constructor"])(
    "may be %s",
    (name) => {
      expect(schema.safeParse(name).success).toBe(true);
    },
  );

  test.each([
    ["", "must start with a letter or digit"],
    ["-a", "must start with a letter or digit"],
    [".hidden", "must start with a letter or digit"],
    ["..", "must start with a letter or digit"],
    ["a/b", "contain only letters, digits"],
    ["a b", "contain only letters, digits"],
    ["a\n", "contain only letters, digits"],
    ["é", "must start with a letter or digit"],
    ["a..b", 'must not contain ".."'],
    ["a.", 'or end in "."'],
    ["a.lock", 'or ".lock"'],
    [x(64), "is longer than 63 characters"],
  ])("may not be %j", (name, reason) => {
    expect(schema.safeParse(name).error?.issues[0]?.message).toContain(`${field} `);
    expect(
      schema
        .safeParse(name)
        .error?.issues.map(({ message }) => message)
        .join("\n"),
    ).toContain(reason);
  });
});

test.each([
  ["api", true],
  ["a", true],
  ["load-2_b", true],
  [`a${x(31)}`, true],
  [`a${x(32)}`, false],
  ["API", false],
  ["2e", false],
  ["_a", false],
  ["a.b", false],
  ["a/b", false],
  ["__proto__", false],
  ["", false],
])("the tag %j is valid: %s", (tag, isValid) => {
  expect(tagSchema.safeParse(tag).success).toBe(isValid);
});

test.each([
  ["run-20260101T000000-0123abcd", true],
  ["run-20260101T000000-0123ABCD", false],
  ["run-20260101T000000-0123abcd/..", false],
  ["run-2026-0123abcd", false],
  ["20260101T000000-0123abcd", false],
  ["", false],
])("the run id %j is valid: %s", (id, isValid) => {
  expect(runIdSchema.safeParse(id).success).toBe(isValid);
});

test.each([
  ["kai", true],
  ["k", true],
  [`k${x(19)}`, true],
  [`k${x(20)}`, false],
  ["k-2", true],
  ["k-", false],
  ["2k", false],
  ["Kai", false],
  ["br-kai", false],
  ["br", true],
  ["", false],
])("the branch prefix %j is valid: %s", (prefix, isValid) => {
  expect(branchPrefixSchema.safeParse(prefix).success).toBe(isValid);
});

describe("an artifact's name", () => {
  test.each([
    "junit.xml",
    "traces/network.har",
    "v1..v2.diff",
    ".hidden",
    "a b/ü.log",
    x(255),
    Array(4).fill(x(255)).join("/"),
    "日".repeat(85),
  ])("may be %.40s", (name) => {
    expect(artifactNameSchema.safeParse(name).success).toBe(true);
  });

  test.each([
    ["", "must be a relative path"],
    ["/etc/passwd", "must be a relative path"],
    ["a/", "must be a relative path"],
    ["a//b", "must be a relative path"],
    ["./a", "must be a relative path"],
    ["a/../b", "must be a relative path"],
    ["..", "must be a relative path"],
    ["a\\b", "must not contain a backslash"],
    ["a\nb", "control characters"],
    ["a\u0000", "control characters"],
    ["a\u009b", "control characters"],
    [x(256), "at most 255 bytes in each part"],
    ["日".repeat(86), "at most 255 bytes in each part"],
    [Array(12).fill("日".repeat(80)).join("/"), "2048 in total"],
    [Array(5).fill(x(250)).join("/"), "at most 1024 characters"],
  ])("may not be %.40s", (name, reason) => {
    const issues = artifactNameSchema.safeParse(name).error?.issues ?? [];
    expect(issues.map(({ message }) => message).join("\n")).toContain(reason);
  });
});
