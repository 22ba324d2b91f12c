import { tagSchema } from "../../../schemas/names.ts";
import { adviseOnReport, type Detection, exitCode, type FoundSuite, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";
import { builtInRunners, findImportedRunner } from "./node/built-in.ts";
import { buildSuite, type RunnerScript } from "./node/command.ts";
import { findNodeMigrations } from "./node/migrations.ts";
import { findInstall, findManager, type PackageJson, readPackage } from "./node/packages.ts";
import { adaptToSettings, findTestFiles, type NodeRunner, nodeRunners } from "./node/runners.ts";
import { followScript, inlineWaiting, otherScripts } from "./node/script.ts";
import { splitByFolder } from "./split-by-folder.ts";

/** Detects projects with a package.json. */
export async function detectNode(folder: Folder): Promise<Detection> {
  const manifest = await readPackage(folder);
  if (manifest === undefined) return nothing;
  const manager = findManager(folder);
  const suites = await findSuites(folder, manifest, manager);
  return {
    suites: [...suites, ...findUnknownRunner(manifest, manager, suites)],
    setup: await findNodeMigrations(folder, manifest, manager),
    prepare: findInstall(folder, manifest),
  };
}

async function findSuites(folder: Folder, manifest: PackageJson, manager: string): Promise<FoundSuite[]> {
  const runners = await Promise.all(nodeRunners.map((runner) => adaptToSettings(folder, runner)));
  const scripts = Object.keys(manifest.scripts).map((each) => {
    const { name, text } = followScript(manifest.scripts, each);
    const isPrepared = preparation.test(manifest.scripts[`pre${name}`] ?? "");
    return { each, name, isPrepared, ...inlineWaiting(manifest.scripts, text) };
  });
  const called = scripts.flatMap(({ each, name, text, isPrepared }) => {
    // Without its server, it would fail.
    const tag = scripts.some(({ waiting }) => waiting === name) ? undefined : chooseTag(each);
    const own = text.replace(otherScripts, "");
    const runner = [...runners, ...builtInRunners].find(({ start }) => start.test(own));
    return tag === undefined || runner === undefined ? [] : [{ name, text, isPrepared, tag, runner }];
  });
  const scripted = called
    // A script that runs everything is redundant if there are scripts for the parts.
    .filter(
      ({ tag, runner, text }) =>
        tag !== "api" ||
        restriction.test(text) ||
        !called.some((other) => other.runner === runner && isPart(other)),
    )
    .map(({ tag, runner, ...script }) =>
      describeSuite(runner, manager, runner.tag === "e2e" ? "e2e" : tag, script),
    );
  const started = called.map(({ runner }) => runner);
  const others = runners.filter(
    (runner) => !started.includes(runner) && isInUse(folder, manifest, runner, started),
  );
  const all = [...unique(scripted), ...others.map((runner) => describeSuite(runner, manager, runner.tag))];
  const isDelegated = delegates.test(manifest.scripts.test ?? "");
  const imported = all.length === 0 && !isDelegated ? await findImportedRunner(folder) : undefined;
  if (imported !== undefined) all.push(describeSuite(imported, manager, "api"));
  const only = all.length === 1 ? all[0] : undefined;
  return only !== undefined && canSplit(only, [...runners, ...builtInRunners])
    ? splitByFolder(only, findTestFiles(folder))
    : all;
}

/** A script with its own configuration has tests that the full run does not include. */
const isPart = ({ tag, text, runner }: { tag: string; text: string; runner: NodeRunner }) =>
  tag !== "api" && runner.tag !== "e2e" && !/\s(--config|-c)\b/.test(text);

/** Matches scripts that run some of the tests. */
const restriction =
  /\s(--project|--dir|--exclude|--selectProjects|--testPathIgnorePatterns)\b|\s(\.\/)?(tests?|spec|src|__tests__)\/[\w-]/;

/** Matches scripts that run those of a monorepo's packages. */
const delegates =
  /--workspaces\b|--ws\b|-ws\b|--recursive\b|\bpnpm -r\b|\byarn workspaces\b|\b(turbo|nx|lerna)\b/;

/** Matches variants of other scripts, which would count the same suite twice. */
const variants =
  /\b(watch|coverage|cov|ui|debug|dev|update|bench|types?|lint|ci|staged|changed|headed|open|only)\b/;

/** Matches scripts that npm runs before another, and that make what it tests. Most others only check the code. */
const preparation =
  /\b(build|compile|generate|codegen|prisma|webpack|rollup|esbuild|babel|swc|db|migrate|seed)\b|\btsc\b(?!.*noEmit)/;

/** Derives a tag from a script's name; undefined if it is not a suite's. */
function chooseTag(name: string): string | undefined {
  if (variants.test(name)) return undefined;
  if (name === "test" || name === "tests") return "api";
  const part = /^tests?[:-](.+)$|^(.+)[:-]tests?$|^(e2e|integration|unit|api|infra)$/.exec(name);
  const tag = (part?.[1] ?? part?.[2] ?? part?.[3])?.replaceAll(":", "-");
  return tagSchema.safeParse(tag).success ? tag : undefined;
}

function describeSuite(runner: NodeRunner, manager: string, tag: string, script?: RunnerScript): FoundSuite {
  const suite = buildSuite(runner, script, manager);
  const remedy = `Have the script start only ${runner.name}, with its report in ARTIFACTS_DIR.`;
  const advice = adviseOnReport(`The script ${script?.name}, to which no arguments can be added,`, remedy);
  return {
    tag,
    suite,
    source: `${runner.name}, ${locate(runner, script)}`,
    ...(suite.report.format === "exit-code" && { advice }),
  };
}

/** Says where the runner was found. */
function locate({ dependency }: NodeRunner, script?: RunnerScript): string {
  if (script !== undefined) return `script ${script.name} of package.json`;
  return dependency === undefined ? "imported by the test files" : "a dependency in package.json";
}

function unique(suites: FoundSuite[]): FoundSuite[] {
  return suites.filter((each, index) => suites.findIndex(({ tag }) => tag === each.tag) === index);
}

function isInUse(
  { files }: Folder,
  { dependencies, devDependencies }: PackageJson,
  { dependency = "", config, tag }: NodeRunner,
  started: NodeRunner[],
): boolean {
  if (!Object.hasOwn({ ...dependencies, ...devDependencies }, dependency)) return false;
  if (config !== undefined) return files.some((file) => config.test(file));
  // A second runner of the same kind that no script starts is probably a leftover.
  return !started.some((runner) => runner.tag === tag);
}

function canSplit({ suite }: FoundSuite, runners: readonly NodeRunner[]): boolean {
  const runner = runners.find(({ program }) => suite.command[0] === program[0]);
  const own = runner === undefined ? 0 : runner.program.length + runner.args.length;
  return runner?.takesFolders === true && suite.command.length === own;
}

/** Matches scripts that start others. */
const startsOthers = /\b(npm|pnpm|yarn|bun|run-s|run-p|npm-run-all|concurrently|wireit)\b/;

/** Finds what the script `test` starts if it is no known runner, and no suite covers it. */
function findUnknownRunner(
  { scripts }: PackageJson,
  manager: string,
  suites: readonly FoundSuite[],
): FoundSuite[] {
  const { test } = scripts;
  if (test === undefined || /no test specified/.test(test)) return [];
  const { name, text } = followScript(scripts, "test");
  const isStarted = suites.some(({ source }) => source.includes(`script ${name} of`));
  const isKnown =
    isStarted || startsOthers.test(text) || delegates.test(text) || suites.some(({ tag }) => tag !== "e2e");
  if (suites.length > 0 && isKnown) return [];
  const advice = adviseOnReport(
    "What the script test starts",
    "Make it write JUnit, TAP or CTRF into ARTIFACTS_DIR.",
  );
  const suite = { command: [manager, "run", "test"], report: exitCode };
  return [{ tag: "api", suite, source: "script test of package.json", advice }];
}
