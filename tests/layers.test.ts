import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const base = ["utils", "schemas"];
const records = ["experiments", "lakebase", "reports", "git", "database", "plans", "context", ...base];
const core = ["lifecycle", "runs", "comparison", "setup", ...records];

/** What each room may import, beside itself. Who is not named here may import nothing of ours. */
const mayImport: Record<string, readonly string[]> = {
  schemas: [],
  utils: ["schemas"],
  git: base,
  reports: base,
  lakebase: base,
  context: ["lakebase", "utils"],
  config: ["lakebase", ...base],
  database: ["lakebase", ...base],
  experiments: ["git", "lakebase", "context", ...base],
  plans: ["experiments", "git", ...base],
  runs: records,
  bundles: ["runs", ...records],
  comparison: records,
  queue: ["runs", "bundles", ...records],
  lifecycle: [...core, "queue"],
  setup: records,
  tools: ["resources", "queue", ...core],
  cli: ["bundles", "queue", ...core],
  resources: ["runs", "comparison", ...records],
  mcp: ["tools", "resources", "context", ...base],
  main: ["tools", "cli", "mcp", "config", ...core],
  // A program of its own, which the core knows as an executable alone.
  "lakebase-local": [],
};

/** Packages that only one room may import. */
const ownPackages: Record<string, string> = { "@modelcontextprotocol/sdk": "mcp" };

it("has imports that point down only", () => {
  const wrong = sourceFiles().flatMap((file) =>
    importsIn(file)
      .filter((target) => !isAllowed(findRoom(file), target))
      .map((target) => `${file} imports ${target}`),
  );

  expect(wrong).toEqual([]);
});

it("has a core that names no tool: front ends write such hints", () => {
  const tools = filesBelow("tools").filter(
    (file) => posix.dirname(file) === "tools" && !file.endsWith("index.ts"),
  );
  const named = new RegExp(`\\b(${tools.map((file) => posix.basename(file, ".ts")).join("|")})\\b`);
  // What a record says of how a run ended.
  const ofRecords = '"cancel_run"';
  const wrong = filesBelow("src", "packages/lakebase-local/src")
    .filter((file) => !["cli", "mcp"].includes(findRoom(file)))
    .flatMap((file) => {
      const lines = readFileSync(join(root, file), "utf8").split("\n");
      return lines.filter(
        (line) => named.test(line.replaceAll(ofRecords, "")) && !/^\s*(\*|\/\*|\/\/)/.test(line),
      );
    });
  expect(tools.length).toBeGreaterThan(15);
  expect(wrong).toEqual([]);
});

it("has unit tests that start no process and need no build", () => {
  const wrong = unitTests().filter((file) => needsMore(file, new Set()));
  expect(wrong, "name these *.integration.test.ts").toEqual([]);
});

it("has unit tests that mock no module, because the shared thread may have loaded it already", () => {
  const mock = /\bvi\.(do)?[mM]ock\(/;
  const wrong = unitTests().filter((file) => mock.test(readFileSync(join(root, file), "utf8")));
  expect(wrong).toEqual([]);
});

function unitTests(): string[] {
  return filesBelow("tests", "packages/lakebase-local/tests").filter(
    (file) => /(?<!\.(integration|long|alone))\.test\.ts$/.test(file) && !file.startsWith("tests/live/"),
  );
}

/** Whether a test, or what it takes from its supporting files, works with processes, a build or a browser. */
function needsMore(file: string, seen: Set<string>): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const own = ["execa", "node:child_process", "playwright-core", "rolldown"];
  return importsIn(file).some(
    (target) =>
      own.includes(target) ||
      (/^\/(tests|packages\/[^/]+\/tests)\//.test(target) && needsMore(target.slice(1), seen)),
  );
}

function isAllowed(room: string, target: string): boolean {
  if (!target.startsWith("/")) {
    const owner = Object.entries(ownPackages).find(([name]) => target.startsWith(name))?.[1];
    return room === "schemas" ? target === "zod" : owner === undefined || owner === room;
  }
  const to = findRoom(target.slice(1));
  return to === room || target.endsWith("/package.json") || (mayImport[room] ?? []).includes(to);
}

function sourceFiles(): string[] {
  return filesBelow("src", "tools", "schemas", "packages/lakebase-local/src");
}

function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => posix.join(folder, name.replaceAll("\\", "/"))),
  );
}

/** The packages that a file imports, and its own files as absolute from the root: `/src/git/git.ts`. */
function importsIn(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const found = [...text.matchAll(/(?:\bfrom|\bimport|\bimport\()\s*"([^"]+)"/g)].map(
    ([, name = ""]) => name,
  );
  return found.map((name) => (name.startsWith(".") ? posix.join("/", dirname(file), name) : name));
}

/** The folder below `src`, the file there without its ending, the package, or the folder at the top. */
function findRoom(file: string): string {
  const [top = "", next = ""] = file.split("/");
  return top === "src" || top === "packages" ? next.replace(/\.ts$/, "") : top;
}
