import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { readSkeleton, skeletonFlags } from "../../src/cli/skeleton.ts";
import { type Command, commands } from "../../src/commands.ts";

/** What the official proposal's own code made of the resources of the SDK v0.175.0. */
const official: Record<string, object> = JSON.parse(
  await readFile(new URL("fixtures/skeletons.json", import.meta.url), "utf8"),
);

const withJson = commands.filter(({ takesJson }) => takesJson);

test.each(withJson)("$name prints exactly the official skeleton", (command) => {
  const expected = official[command.name.split("-").at(-1) ?? ""];
  for (const flag of ["--generate-skeleton", "--generate-skeleton-full"])
    expect(JSON.stringify(ask(command, flag))).toBe(JSON.stringify(expected));
});

test("only generate-database-credential has a required field", () => {
  const required = withJson.map((command) => [
    command.name,
    ask(command, "--generate-skeleton-required-only"),
  ]);
  expect(required.filter(([, fields]) => JSON.stringify(fields) !== "{}")).toEqual([
    ["generate-database-credential", { endpoint: "" }],
  ]);
});

test.each([
  [["projects/local", "dev"], 'unknown command "projects/local" for "lakebase-local postgres create-branch"'],
  [["--json", "{}"], "--generate-skeleton cannot be combined with --json"],
  [
    ["--generate-skeleton-full"],
    "if any flags in the group [generate-skeleton generate-skeleton-full] are set none of the others can be",
  ],
])("refuses the flag together with %j", (words, reason) => {
  const command = withJson.find(({ name }) => name === "create-branch");
  if (!command) return expect.unreachable();
  expect(() => ask(command, "--generate-skeleton", ...words)).toThrow(reason);
});

test("ignores the flag when it is absent or false", () => {
  for (const command of withJson) {
    expect(ask(command)).toBeUndefined();
    expect(ask(command, "--generate-skeleton=false")).toBeUndefined();
  }
});

function ask(command: Command, ...words: string[]): object | undefined {
  return readSkeleton(
    command,
    parseArguments(words, [...skeletonFlags, { name: "json", kind: "string" }], ""),
  );
}
