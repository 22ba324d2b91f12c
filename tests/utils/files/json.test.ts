import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { parseJson, readRecord, withoutNulls, writeJson } from "../../../src/utils/files/json.ts";
import { readIfValid, salvageIfValid, salvageRecord } from "../../../src/utils/files/salvage.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const problem = { code: "record_unreadable" as const, subject: "/w/a.json", hint: "Repair it." };
const shape = z.object({
  name: z.string(),
  count: z.number().int().optional(),
  tags: z.array(z.string()).optional(),
  by_tag: z.record(z.string(), z.object({ passed: z.number() })).optional(),
});

async function put(content: unknown): Promise<string> {
  const path = join(await temporaryFolder(), "a.json");
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

describe("JSON", () => {
  test("is read after a byte order mark", () => {
    expect(parseJson('\uFEFF{"a":1}', problem)).toEqual({ a: 1 });
  });

  test.each([
    ["", "/w/a.json is not JSON: "],
    ["{", "/w/a.json is not JSON: "],
    ["{} {}", "/w/a.json is not JSON: "],
    ["// no\n{}", "/w/a.json is not JSON: "],
    ['{"__proto__":{"a":1}}', "/w/a.json is not JSON: it has a key __proto__"],
    ['{"a":{"\\u005f_proto__":{}}}', "/w/a.json is not JSON: it has a key __proto__"],
  ])("is none in %j", (text, message) => {
    expect(() => parseJson(text, problem)).toThrow(
      expect.objectContaining({
        ...{ code: problem.code, hint: problem.hint },
        message: expect.stringContaining(message),
      }),
    );
  });

  test("loses its nulls at every depth, but not those in lists", () => {
    expect(withoutNulls({ a: null, b: { c: null, d: 0 }, e: [null, { f: null }], g: false, h: "" })).toEqual({
      b: { d: 0 },
      e: [null, {}],
      g: false,
      h: "",
    });
    expect(withoutNulls(null)).toBeNull();
  });

  test("is written with a newline at its end, and read again", async () => {
    const path = join(await temporaryFolder(), "deep", "a.json");
    await writeJson(path, { name: "x" });
    expect(await readRecord(path, shape)).toEqual({ name: "x" });
    expect(await readRecord(`${path}.none`, shape)).toBeUndefined();
  });
});

describe("of a record that others write too,", () => {
  test.each<[string, unknown, unknown, string[]]>([
    ["a good one is read whole", { name: "x", count: 1 }, { name: "x", count: 1 }, []],
    ["a null counts as absent", { name: "x", count: null }, { name: "x" }, []],
    ["a bad field is dropped", { name: "x", count: "many" }, { name: "x" }, ["count"]],
    [
      "a bad item is dropped from its list",
      { name: "x", tags: ["a", 1, "b", null, {}] },
      { name: "x", tags: ["a", "b"] },
      ["tags.1", "tags.4"],
    ],
    [
      "a bad entry is dropped from its map",
      { name: "x", by_tag: { api: { passed: 1 }, e2e: { passed: "1" }, infra: 5 } },
      { name: "x", by_tag: { api: { passed: 1 } } },
      ["by_tag.e2e.passed", "by_tag.infra"],
    ],
    ["a list of another type is dropped whole", { name: "x", tags: "a" }, { name: "x" }, ["tags"]],
  ])("%s", async (_what, content, data, named) => {
    const reports: string[] = [];
    const path = await put(content);
    expect(salvageRecord(path, shape, (_path, reason) => reports.push(reason))?.data).toEqual(data);
    expect(reports).toHaveLength(named.length === 0 ? 0 : 1);
    for (const field of named) expect(reports[0]).toContain(`${field}: expected`);
  });

  test.each([
    ["a field it cannot do without", { name: 5 }],
    ["everything", []],
    ["the JSON", "{"],
  ])("one that lacks %s is unreadable, which costs only the record", async (_what, content) => {
    const path = await put(content);
    expect(() => salvageRecord(path, shape)).toThrow(expect.objectContaining({ code: "record_unreadable" }));
    const reports: string[] = [];
    expect(salvageIfValid(path, shape, (_path, reason) => reports.push(reason))).toBeUndefined();
    const read = (file: string) => readRecord(file, shape);
    expect(await readIfValid(path, read, (_path, reason) => reports.push(reason))).toBeUndefined();
    expect(reports).toHaveLength(2);
    expect(reports.filter((reason) => !reason.includes(path))).toEqual([]);
  });

  test("a defect of ours is not taken for a broken record", async () => {
    const defect = async () => {
      throw new TypeError("x is not a function");
    };
    await expect(readIfValid("/w/a.json", defect)).rejects.toThrow(TypeError);
  });

  test("there may be none", async () => {
    const path = join(await temporaryFolder(), "a.json");
    expect(salvageRecord(path, shape)).toBeUndefined();
    expect(salvageIfValid(path, shape)).toBeUndefined();
  });
});
