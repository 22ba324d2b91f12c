import {
  adviseOnReport,
  type Detection,
  exitCode,
  type FoundStep,
  type FoundSuite,
  junit,
  nothing,
} from "../detection.ts";
import type { Folder } from "../folder.ts";
import { readMakefile } from "./make.ts";

const gotestsum = "gotest.tools/gotestsum";

/** Detects Go modules. `-count=1` bypasses Go's result cache, which says nothing about a database. */
export async function detectGo(folder: Folder): Promise<Detection> {
  const module = await folder.read("go.mod");
  if (module === undefined) return nothing;
  const hasTests = folder.files.some((file) => file.endsWith("_test.go"));
  const setup = findMigrations(folder, module);
  return {
    suites: hasTests ? [findSuite(folder, module, await findFlags(folder))] : [],
    setup,
    prepare: [],
    ...(setup.some(({ source }) => source.startsWith("goose")) && { env: gooseEnv }),
  };
}

/** Matches the flags of `go test` without which a suite may fail: packages that share a database run one at a time. */
const needed = /(?<=\s)--?(short\b|(?:p|parallel|tags)[= ][^\s$]+)/g;

/** Finds the flags with which the Makefile's target `test` starts the suite. */
async function findFlags(folder: Folder): Promise<string[]> {
  const makefile = (await readMakefile(folder)) ?? "";
  const [, recipe = ""] = /^tests?:[^\n]*\n((?:\t[^\n]*(?:\n|$))+)/m.exec(makefile) ?? [];
  const [, words = ""] = /\bgo test\b([^\n;&|]*)/.exec(recipe) ?? [];
  return [...words.matchAll(needed)].map(([, flag = ""]) => `-${flag.replace(" ", "=")}`);
}

function findSuite({ hasProgram }: Folder, module: string, flags: readonly string[]): FoundSuite {
  const args = ["-count=1", ...flags, "./..."];
  const isTool = new RegExp(`^tool ${gotestsum}|^\\s+${gotestsum}$`, "m").test(module);
  if (isTool || hasProgram("gotestsum")) {
    const program = isTool ? ["go", "tool", "gotestsum"] : ["gotestsum"];
    const command = [...program, "--junitfile", "$ARTIFACTS_DIR/junit.xml", "--", ...args];
    return { tag: "api", suite: { command, report: junit() }, source: "gotestsum, go.mod" };
  }
  return {
    tag: "api",
    suite: { command: ["go", "test", ...args], report: exitCode },
    source: "go test, go.mod",
    advice: adviseOnReport(
      "go test",
      `For a count per test: go get -tool ${gotestsum}, then command ["go","tool","gotestsum","--junitfile","$ARTIFACTS_DIR/junit.xml","--",${args.map((word) => JSON.stringify(word)).join(",")}] and report {"format":"junit","path":"junit.xml"}.`,
    ),
  };
}

/** Keeps the login out of the command's arguments, which anybody on the machine could read. */
const gooseEnv = { GOOSE_DRIVER: "postgres", GOOSE_DBSTRING: "$DATABASE_URL" };

/** Finds SQL migrations of goose or golang-migrate. */
function findMigrations({ files }: Folder, module: string): FoundStep[] {
  const sql = files.find((file) => /(^|\/)migrations?\/[^/]+\.sql$/.test(file));
  const folder = sql?.split("/").slice(0, -1).join("/");
  if (folder === undefined) return [];
  if (module.includes("github.com/pressly/goose")) {
    const isTool = /^tool github\.com\/pressly\/goose|^\s+github\.com\/pressly\/goose\/v3\/cmd\/goose$/m.test(
      module,
    );
    const command = [...(isTool ? ["go", "tool"] : []), "goose", "-dir", folder, "up"];
    return [{ command, source: `goose, ${folder}`, advice: isTool ? undefined : "goose must be installed." }];
  }
  if (module.includes("github.com/golang-migrate/migrate")) {
    const advice = "migrate must be installed.";
    const command = ["migrate", "-path", folder, "-database", "$DATABASE_URL", "up"];
    return [{ command, source: `golang-migrate, ${folder}`, advice }];
  }
  return [];
}
