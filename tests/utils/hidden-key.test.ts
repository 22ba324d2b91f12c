import { expect, test } from "vitest";
import { hasHiddenKey } from "../../src/utils/hidden-key.ts";

test.each([
  '{"__proto__":1}',
  '{"a":[{"b":{"__proto__" \n : {}}}]}',
  '{"\\u005f_proto__":1}',
  '{"_\\u005F\\u0070\\u0072\\u006F\\u0074\\u006f\\u005f_":1}',
])("finds the key in %s", (json) => {
  expect(hasHiddenKey(json)).toBe(true);
  expect(JSON.stringify(JSON.parse(json))).toContain("__proto__");
});

test.each([
  "{}",
  '{"a":"__proto__"}',
  '["__proto__", 1]',
  '{"a":"say \\"__proto__\\": no"}',
  '{"__proto":1,"proto__":2,"___proto__":3,"__PROTO__":4}',
  '{"a\\u005f":1}',
])("finds none in %s", (json) => {
  expect(hasHiddenKey(json)).toBe(false);
  expect(() => JSON.parse(json)).not.toThrow();
});
