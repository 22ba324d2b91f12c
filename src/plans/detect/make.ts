import { tagSchema } from "../../../schemas/names.ts";
import { adviseOnReport, type Detection, exitCode, type FoundSuite, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";

/** In the order in which make looks for them. */
const names = ["GNUmakefile", "makefile", "Makefile"];

/** Matches a rule with plain names, and the beginning of its recipe, but no assignment of a variable. */
const rule = /^([A-Za-z][\w.-]*(?:[ \t]+[A-Za-z][\w.-]*)*)[ \t]*::?(?![=:])([^;#\n]*)(?:#[^\n]*)?(;|\n\t)?/gm;

interface Target {
  name: string;
  /** The targets that it only brings up to date; empty if it has a recipe of its own. */
  parts: string[];
}

/** Detects targets of a Makefile, for projects of which nothing else is known. */
export async function detectMake(folder: Folder): Promise<Detection> {
  const makefile = await readMakefile(folder);
  if (makefile === undefined) return nothing;
  const targets = listTargets(makefile);
  const migration = targets.find((each) => /^(db-)?migrate(-up)?$/.test(each.name))?.name;
  return {
    suites: findSuites(targets),
    setup:
      migration === undefined
        ? []
        : [{ command: ["make", migration], source: `target ${migration} of Makefile` }],
    prepare: [],
  };
}

/** Returns the Makefile that make would read, with each continued line as one; undefined if there is none. */
export async function readMakefile(folder: Folder): Promise<string | undefined> {
  const name = names.find(folder.has);
  const text = name === undefined ? undefined : await folder.read(name);
  return text?.replaceAll("\\\n", " ");
}

function listTargets(makefile: string): Target[] {
  const rules = makefile.matchAll(rule);
  return [...rules].flatMap(([, left = "", right = "", recipe]) => {
    const parts = recipe === undefined ? right.split(/\s+/).filter((word) => word !== "") : [];
    return left.split(/\s+/).map((name) => ({ name, parts }));
  });
}

/** A target may have several rules, and another name. One that only starts the others is redundant. */
function findSuites(targets: readonly Target[]): FoundSuite[] {
  const tests = targets.flatMap((target) => {
    const tag = chooseTag(target.name);
    return tag === undefined ? [] : [{ ...target, tag }];
  });
  const special = tests.filter(({ tag }) => tag !== "api").map(({ name }) => name);
  const isRedundant = tests.some(
    ({ tag, parts }) => tag === "api" && parts.some((part) => special.includes(part)),
  );
  return tests
    .filter(({ tag }, index) => tests.findIndex((each) => each.tag === tag) === index)
    .filter(({ tag }) => tag !== "api" || !isRedundant)
    .map(describeSuite);
}

/** Derives a tag from a target's name; undefined if it is not a suite's. */
function chooseTag(target: string): string | undefined {
  if (/watch|cover|bench/.test(target)) return undefined;
  if (target === "test" || target === "tests") return "api";
  const [, after, before] = /^tests?-(.+)$|^(.+)-tests?$|^e2e$/.exec(target) ?? [];
  const tag = after ?? before ?? target;
  const isTest = after !== undefined || before !== undefined || target === "e2e";
  return isTest && tagSchema.safeParse(tag).success ? tag : undefined;
}

function describeSuite({ name, tag }: { name: string; tag: string }): FoundSuite {
  const advice = adviseOnReport(
    `make ${name}`,
    "Make it write JUnit, TAP or CTRF into ARTIFACTS_DIR, and name that as report.",
  );
  const suite = { command: ["make", name], report: exitCode };
  return { tag, suite, source: `target ${name} of Makefile`, advice };
}
