import sax from "sax";
import type { Report, ReportCase } from "../../schemas/report.ts";
import { messageOf } from "../utils/core-error.ts";
import { firstLines } from "./failure.ts";
import { unreadable } from "./unreadable.ts";

type Attributes = Record<string, string>;

/** A `<testcase>` as it was written, before it is judged. */
interface Testcase {
  attributes: Attributes;
  /** Of the nearest suite around it that names a file. */
  suiteFile: string | undefined;
  /** Of all suites around it, the outermost first. */
  suiteNames: string[];
  /** The elements in it that say how it ended: `failure`, `error`, `skipped`, `flakyFailure` … */
  endings: { element: string; message: string; text: string }[];
}

/**
 * JUnit XML in the flavours of vitest, jest, node:test, pytest, Playwright, Go and Maven Surefire. There is no standard: counts
 * on the suites are often wrong or missing, so only the test cases are read.
 * Document types and the entities they define are not expanded; a report that uses one is unreadable.
 * @throws CoreError `report_unreadable`
 */
export function readJunit(text: string): Report {
  return { cases: parseTestcases(text).map(judge) };
}

function parseTestcases(text: string): Testcase[] {
  const testcases: Testcase[] = [];
  const open: { element: string; attributes: Attributes }[] = [];
  let current: Testcase | undefined;
  let hasRoot = false;

  const parser = sax.parser(true);
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = (tag) => {
    const attributes = plainAttributes(tag.attributes);
    if (!hasRoot && !/^testsuites?$/.test(tag.name)) throw new Error(`Its root element is <${tag.name}>`);
    hasRoot = true;
    if (tag.name === "testcase") {
      const suites = open.filter(({ element }) => element === "testsuite").map((each) => each.attributes);
      current = {
        attributes,
        suiteFile: suites.findLast(({ file }) => file)?.file,
        suiteNames: suites.flatMap(({ name }) => name ?? []),
        endings: [],
      };
      testcases.push(current);
    } else if (open.at(-1)?.element === "testcase") {
      current?.endings.push({ element: tag.name, message: attributes.message ?? "", text: "" });
    }
    open.push({ element: tag.name, attributes });
  };
  parser.onclosetag = (element) => {
    open.pop();
    if (element === "testcase") current = undefined;
  };
  parser.ontext = parser.oncdata = (chunk) => {
    const ending = current?.endings.at(-1);
    const inside = open.at(-1)?.element;
    if (ending !== undefined && (inside === ending.element || inside === "stackTrace")) ending.text += chunk;
  };

  try {
    parser.write(text).close();
  } catch (cause) {
    const [problem = ""] = messageOf(cause).split("\n");
    throw unreadable("JUnit XML", `${problem} (line ${parser.line + 1})`, cause);
  }
  if (!hasRoot) throw unreadable("JUnit XML", "it is empty");
  return testcases;
}

function plainAttributes(attributes: Record<string, string | { value: string }>): Attributes {
  const plain = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "string" ? value : value.value,
  ]);
  return Object.fromEntries(plain);
}

function judge(testcase: Testcase): ReportCase {
  const { attributes, endings } = testcase;
  const find = (...elements: string[]) => endings.find((ending) => elements.includes(ending.element));
  const failure = find("failure", "error");
  const flake = find("flakyFailure", "flakyError");
  const skipped =
    find("skipped") !== undefined || /^(notrun|skipped|disabled)$/.test(attributes.status ?? "");
  const why = failure ?? flake;
  const detail = why === undefined ? "" : firstLines(describe(why));
  const duration = milliseconds(attributes.time);
  return {
    ...identify(testcase),
    status: failure ? "failed" : flake ? "flaky" : skipped ? "skipped" : "passed",
    ...(duration !== undefined && { duration_ms: duration }),
    ...(detail !== "" && { failure: detail }),
  };
}

/** A stack usually repeats the message; where it does not, the message comes first. */
function describe({ message, text }: { message: string; text: string }): string {
  return text.includes(message) ? text : `${message}\n${text}`;
}

/** What node:test writes as the class of every test, whose groups are suites within suites. */
const nodeClass = "test";

function identify(testcase: Testcase): Pick<ReportCase, "name" | "file"> {
  const { attributes, suiteFile } = testcase;
  const file = attributes.file ?? (isFile(attributes.classname) ? attributes.classname : suiteFile);
  return { name: qualify(testcase) || "(unnamed)", ...(file !== undefined && { file }) };
}

/** `classname` is a file for vitest and Playwright, a class or package for most others. */
function qualify({ attributes, suiteNames }: Testcase): string {
  const { name = "", classname = "" } = attributes;
  if (classname === nodeClass) return [...suiteNames, name].join(" > ");
  return isFile(classname) || classname === "" || name.startsWith(classname) ? name : `${classname}.${name}`;
}

function isFile(classname = ""): boolean {
  return /\.(?:[cm]?[jt]sx?|py|go|java|kt|rb|php|rs|feature|bats|sh|sql)$/.test(classname);
}

/** Seconds as these reports write them: `0.004`, `1,234.5` by a localised Surefire. */
function milliseconds(seconds: string | undefined): number | undefined {
  const value = Number.parseFloat((seconds ?? "").replaceAll(",", ""));
  return value >= 0 && Number.isFinite(value) ? value * 1000 : undefined;
}
