import type { ReportCase } from "../../../../schemas/plan/report.ts";
import { isSourceFile } from "../../source-files.ts";
import type { Suite, Testcase } from "./parse.ts";

type Identity = Pick<ReportCase, "name" | "file">;

/** The class that node:test up to version 22 writes for every test. */
const nodeClass = "test";

/**
 * Identifies test cases by name and file, in order.
 * @param isNode whether node:test wrote them: its groups are nested suites, and its classes carry no information
 */
export function identify(testcases: readonly Testcase[], isNode: boolean): Identity[] {
  const plain = testcases.map((testcase) => identifyOne(testcase, isNode));
  const projects = findProjects(testcases, plain);
  return plain.map((identity, index) => {
    const project = projects[index];
    return project === undefined ? identity : { ...identity, name: `[${project}] ${identity.name}` };
  });
}

/** True if node:test wrote the test case. */
export function isNodeTest({ attributes }: Testcase, isNode = false): boolean {
  return isNode || attributes.classname === nodeClass;
}

/** True if gotestsum wrote the suite. Go does not allow two tests with the same name in a package. */
export function isGo({ properties }: Suite): boolean {
  return properties.includes("go.version");
}

/**
 * Finds the project of each test that runs in several. Playwright gives it the same name in each, and writes the
 * project as the host of its suite. A run has one host, so if tests of one name have several, the host distinguishes
 * them.
 */
function findProjects(testcases: readonly Testcase[], identities: Identity[]): (string | undefined)[] {
  const hosts = testcases.map(({ suite }) => findAttribute(suite, "hostname") ?? "");
  const keys = identities.map(({ name, file }) => JSON.stringify([file, name]));
  const hostsByKey = new Map<string, Set<string>>();
  for (const [index, key] of keys.entries()) {
    hostsByKey.set(key, (hostsByKey.get(key) ?? new Set()).add(hosts[index] ?? ""));
  }
  return keys.map((key, index) => ((hostsByKey.get(key)?.size ?? 0) > 1 ? hosts[index] : undefined));
}

function identifyOne(testcase: Testcase, isNode: boolean): Identity {
  const { attributes, suite } = testcase;
  const isFile = isSourceFile(attributes.classname ?? "");
  const file = attributes.file ?? (isFile ? attributes.classname : findAttribute(suite, "file"));
  return { name: qualify(testcase, isNode) || "(unnamed)", ...(file && { file }) };
}

/** `classname` is a file for vitest and Playwright, a class or package for most others. */
function qualify(testcase: Testcase, isNode: boolean): string {
  const { suite, attributes } = testcase;
  const name = attributes.name ?? "";
  // A package that does not build, or whose TestMain fails, has a test without a class.
  const classname = attributes.classname || (isGo(suite) ? (suite.attributes.name ?? "") : "");
  if (isNodeTest(testcase, isNode)) return [...listSuiteNames(suite), name].join(" > ");
  if (isSourceFile(classname) || classname === "" || beginsWith(name, classname)) return name;
  return name === "" ? classname : `${classname}.${name}`;
}

/** True if a name begins with whole words: `test_a` and `test_adds` are a module and a test in it. */
function beginsWith(name: string, words: string): boolean {
  return name.startsWith(words) && !/^\w/.test(name.slice(words.length));
}

/** Lists the names of all suites around a test, outermost first. */
export function listSuiteNames({ isRoot, attributes, parent }: Suite): string[] {
  const outer = parent === undefined ? [] : listSuiteNames(parent);
  return isRoot || !attributes.name ? outer : [...outer, attributes.name];
}

/** Finds an attribute of the nearest suite that has it. */
function findAttribute({ attributes, parent }: Suite, name: string): string | undefined {
  return attributes[name] || (parent && findAttribute(parent, name));
}
