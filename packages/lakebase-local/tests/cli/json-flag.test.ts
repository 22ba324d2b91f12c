import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../../../../tests/support/machine/temporary.ts";
import { readJson } from "../../src/cli/json-flag.ts";
import { type CommandName, commands } from "../../src/commands.ts";

test.each<[CommandName, object]>([
  ["create-branch", { spec: { ttl: "3600s", source_branch: "projects/local/branches/dev" } }],
  ["update-endpoint", { spec: { settings: { pg_settings: { work_mem: "64MB", "my.own": "1" } } } }],
  ["create-project", { spec: { custom_tags: [{ key: "team", value: "shop" }, { key: "cost" }] } }],
  ["create-role", { spec: { membership_roles: ["DATABRICKS_SUPERUSER"] } }],
  ["generate-database-credential", { endpoint: "e", claims: [{ resources: [{ table_name: "t" }] }] }],
  ["create-branch", {}],
])("%s takes every field of its resource", async (name, body) => {
  const { value, warnings } = await read(name, JSON.stringify(body));
  expect(value).toEqual(body);
  expect(warnings).toBe("");
});

test("drops a field that the resource does not have, and names it with its place", async () => {
  const text = '{\n  "spec": {"ttl": "60s",\n    "tll": "60s"}, "labels": {"a": 1}}';
  const { value, warnings } = await read("create-branch", text);
  expect(value).toEqual({ spec: { ttl: "60s" } });
  expect(warnings).toBe(
    "Warning: unknown field: tll\n  at spec\n  in (inline):3:6\n\n" +
      "Warning: unknown field: labels\n  in (inline):3:21\n\n",
  );
});

test("drops an unknown field of an item in a list, and names the item", async () => {
  const tags = [{ key: "a" }, { key: "b", vlaue: "c" }];
  const { value, warnings } = await read("create-project", JSON.stringify({ spec: { custom_tags: tags } }));
  expect(value).toEqual({ spec: { custom_tags: [{ key: "a" }, { key: "b" }] } });
  expect(warnings).toContain("Warning: unknown field: vlaue\n  at spec.custom_tags[1]\n");
});

test("drops a body that is wrapped in its resource's name, but refuses a wrapped role", async () => {
  const wrapped = await read("create-branch", '{"branch":{"spec":{"no_expiry":true}}}');
  expect(wrapped).toMatchObject({ value: {}, warnings: expect.stringContaining("unknown field: branch") });
  await expect(read("create-role", '{"role":{"spec":{}}}')).rejects.toThrow(
    "--json should NOT be wrapped in '{\"role\": ...}'.",
  );
});

test("reads a file after an at sign, and names it in warnings and errors", async () => {
  const file = join(await temporaryFolder(), "branch.json");
  await writeFile(file, '{"spec":{"ttl":"60s"},"x":1}');
  const { value, warnings } = await read("create-branch", `@${file}`);
  expect(value).toEqual({ spec: { ttl: "60s" } });
  expect(warnings).toBe(`Warning: unknown field: x\n  in ${file}:1:24\n\n`);
  await writeFile(file, "{");
  await expect(read("create-branch", `@${file}`)).rejects.toThrow(`error decoding JSON at ${file}: `);
  await expect(read("create-branch", `@${file}.gone`)).rejects.toMatchObject({ code: "ENOENT" });
});

test.each(["{", "{'spec':{}}", "spec", '{"spec":}'])("refuses %j as not JSON", async (text) => {
  await expect(read("create-branch", text)).rejects.toThrow("error decoding JSON at (inline): ");
});

async function read(name: CommandName, text: string): Promise<{ value: unknown; warnings: string }> {
  const command = commands.find((each) => each.name === name);
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  onTestFinished(() => write.mockRestore());
  const value = await readJson(command, text);
  return { value, warnings: write.mock.calls.map(([written]) => String(written)).join("") };
}
