import { expect, test } from "vitest";
import { readSettings } from "../../src/daemon/settings.ts";

test.each([
  ["LAKEBASE_LOCAL_EXTENSIONS", "vectors", "give the absolute path of a folder"],
  ["LAKEBASE_LOCAL_MAX_BRANCHES", "many", "give a number"],
  ["LAKEBASE_LOCAL_MAX_BRANCHES", "1.5", "give a whole number"],
  ["LAKEBASE_LOCAL_IDLE_SECONDS", "0", "give a positive number"],
])("names the setting when it refuses %s=%s", (variable, value, reason) => {
  expect(() => readSettings({ [variable]: value })).toThrow(`${variable} is not valid: ${reason}`);
});
