import sax from "sax";
import { getMessage } from "../../../utils/core-error.ts";
import { unreadable } from "../../unreadable.ts";

export type Attributes = Readonly<Record<string, string>>;

/** An element of a test case or suite that says how it ended: `failure`, `error`, `skipped`, `flakyFailure` … */
export interface Ending {
  element: string;
  attributes: Attributes;
  text: string;
}

/** A `<testsuite>`, or the `<testsuites>` around them. */
export interface Suite {
  isRoot: boolean;
  attributes: Attributes;
  parent: Suite | undefined;
  /** The names of its `<property>` elements. */
  properties: string[];
  endings: Ending[];
}

/** A `<testcase>` as written, before it is interpreted. */
export interface Testcase {
  attributes: Attributes;
  suite: Suite;
  endings: Ending[];
  /** What it printed, including comments. */
  output: { out: string; err: string };
}

export interface JunitDocument {
  /** Inner suites come before those around them. */
  suites: Suite[];
  testcases: Testcase[];
  /** The comments outside test cases. */
  comments: string[];
}

/**
 * Parses JUnit XML into its suites and test cases.
 * @throws CoreError `report_unreadable`
 */
export function parseJunit(text: string): JunitDocument {
  const parser = sax.parser(true);
  parser.onerror = (error) => {
    throw error;
  };
  const reading = followElements(parser);
  try {
    parser.write(withoutBadReferences(text).replace(/[\s\0]+$/, "")).close();
  } catch (cause) {
    const [problem = ""] = getMessage(cause).split("\n");
    throw unreadable("JUnit XML", `${problem} (line ${parser.line + 1})`, cause);
  }
  if (reading.isEmpty()) throw unreadable("JUnit XML", "it is empty");
  return reading.document;
}

/** Finds the name of the outermost element, even if what follows is malformed; undefined if there is none. */
export function findRootElement(text: string): string | undefined {
  const prolog = /\s+|<\?[^>]*>|<!--[\s\S]*?-->|<!(?!--)[^<>]*>/y;
  let end = 0;
  // One part at a time: a single expression could match comments in too many ways.
  while (prolog.test(text)) end = prolog.lastIndex;
  return /^<([\w:.-]+)/.exec(text.slice(end, end + 200))?.[1];
}

function followElements(parser: sax.SAXParser) {
  const document: JunitDocument = { suites: [], testcases: [], comments: [] };
  const open: { name: string; ending?: Ending }[] = [];
  let suite: Suite | undefined;
  let testcase: Testcase | undefined;

  parser.onopentag = ({ name, attributes: given }) => {
    const attributes = plainAttributes(given);
    const parent = open.at(-1)?.name ?? "";
    const entry: (typeof open)[number] = { name };
    if (isSuite(name)) {
      suite = { isRoot: name === "testsuites", attributes, parent: suite, properties: [], endings: [] };
    } else if (suite === undefined) {
      throw new Error(`Its root element is <${name}>`);
    } else if (name === "testcase") {
      testcase = { attributes, suite, endings: [], output: { out: "", err: "" } };
      document.testcases.push(testcase);
    } else if (name === "property" && testcase === undefined) {
      suite.properties.push(attributes.name ?? "");
    } else if (parent === "testcase" || isSuite(parent)) {
      entry.ending = { element: name, attributes, text: "" };
      (testcase ?? suite).endings.push(entry.ending);
    }
    open.push(entry);
  };
  parser.onclosetag = (name) => {
    open.pop();
    if (name === "testcase") testcase = undefined;
    if (!isSuite(name) || suite === undefined) return;
    document.suites.push(suite);
    suite = suite.parent;
  };
  parser.ontext = parser.oncdata = (chunk) => {
    const inside = open.at(-1)?.name;
    const ending = open.findLast((each) => each.ending !== undefined)?.ending;
    if (inside === "system-out" && testcase !== undefined) testcase.output.out += chunk;
    else if (inside === "system-err" && testcase !== undefined) testcase.output.err += chunk;
    else if (ending !== undefined) ending.text += chunk;
  };
  parser.oncomment = (comment) => {
    if (testcase === undefined) document.comments.push(comment);
    else testcase.output.out += `${comment}\n`;
  };
  return { document, isEmpty: () => document.suites.length === 0 };
}

function isSuite(element: string): boolean {
  return element === "testsuite" || element === "testsuites";
}

function plainAttributes(attributes: Record<string, string | { value: string }>): Attributes {
  const plain = Object.entries(attributes).map(([name, value]) => [
    name,
    typeof value === "string" ? value : value.value,
  ]);
  return Object.fromEntries(plain);
}

/**
 * XML allows no references to control characters or to half of a surrogate pair, but runners that print terminal
 * colours write them anyway. The parser accepts the raw characters.
 */
function withoutBadReferences(text: string): string {
  return text.replace(/&#(?:x([0-9a-f]+)|([0-9]+));/gi, (reference, hex, decimal) => {
    const code = hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16);
    if (code > 0x10ffff) return "\ufffd";
    const isAllowed =
      code === 9 || code === 10 || code === 13 || (code >= 32 && code < 0xd800) || code > 0xffff;
    return isAllowed ? reference : String.fromCharCode(code);
  });
}
