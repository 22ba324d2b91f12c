import { expect, test } from "vitest";
import { fixArguments, readOffer } from "../../src/mcp/offer.ts";

const groups = { setup: [{ name: "check_setup" }, { name: "get_status" }], finish: [{ name: "clean_up" }] };

test("offers everything unless told otherwise, without loading a tool", async () => {
  const load = () => Promise.reject(new Error("Every tool was loaded."));
  expect(await readOffer({}, load)).toEqual({ isReadOnly: false, names: undefined, feature_id: undefined });
  expect(await readOffer({ "read-only": true, feature: "F7-cart" }, load)).toEqual({
    isReadOnly: true,
    names: undefined,
    feature_id: "F7-cart",
  });
});

test.each([
  ["setup", ["check_setup", "get_status"]],
  ["finish,setup", ["clean_up", "check_setup", "get_status"]],
  ["finish,finish", ["clean_up"]],
])("--tools %s offers %j", async (tools, names) => {
  expect([...((await readOffer({ tools }, async () => groups)).names ?? [])]).toEqual(names);
});

test.each([
  [{ tools: "runz" }, "There is no tool group runz.", "--tools takes setup, finish, separated by commas."],
  [{ tools: "setup,constructor" }, "There is no tool group constructor.", "--tools takes"],
  [{ tools: "" }, "There is no tool group .", "--tools takes"],
  [{ feature: "" }, "--feature: feature_id must start", "Pass the id of a feature."],
  [{ feature: "../F" }, "--feature: feature_id must start", "Pass the id of a feature."],
])("refuses %j", async (flags, message, hint) => {
  await expect(readOffer(flags, async () => groups)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });
});

test.each<[Record<string, unknown>, Record<string, unknown>, string | undefined, Record<string, unknown>]>([
  [{ feature_id: {} }, {}, "F7", { feature_id: "F7" }],
  [{ feature_id: {} }, { feature_id: "F7", tag: "api" }, "F7", { feature_id: "F7", tag: "api" }],
  [{ feature_id: {} }, { feature_id: "F8" }, undefined, { feature_id: "F8" }],
  [{ run_id: {} }, { run_id: "r" }, "F7", { run_id: "r" }],
  [{ run_id: {} }, { feature_id: "F8" }, "F7", { feature_id: "F8" }],
])("to a tool that takes %j, %j in a session about %s is %j", (takes, given, feature_id, fixed) => {
  expect(fixArguments(takes, given, { isReadOnly: false, feature_id })).toEqual(fixed);
});
