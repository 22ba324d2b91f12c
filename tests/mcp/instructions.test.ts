import { expect, test } from "vitest";
import { instructions } from "../../src/mcp/instructions.ts";
import { commandEnvironment } from "../../src/runs/command/environment.ts";
import { tools } from "../../tools/index.ts";

const connection = {
  endpoint: "e",
  host: "h",
  port: 1,
  user: "u",
  password: "p",
  database: "d",
  sslmode: "disable" as const,
  expires_at: "",
};

test("the instructions name every variable that a command gets", () => {
  const experiment = { workspace: "/w", feature_id: "F", experiment_slug: "e", branch: "b" };
  const facts = { experiment, cycleId: "C1", tag: "api", artifactsDirectory: "/a" };
  const given = Object.keys(commandEnvironment(connection, facts)).filter(
    (name) => process.env[name] === undefined,
  );
  expect(given.length).toBeGreaterThan(12);
  expect(given.filter((name) => !new RegExp(`\\b${name}\\b`).test(instructions))).toEqual([]);
});

test("the instructions name tools that there are, in at most 2 KB", () => {
  const named = [...instructions.matchAll(/\b[a-z]+(?:_[a-z]+)+\b/g)].map(([name]) => name);
  const known = [...tools.map(({ name }) => name), "feature_id", "code_directory"];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
  expect(Buffer.byteLength(instructions)).toBeLessThanOrEqual(2_048);
});
