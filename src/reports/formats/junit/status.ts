import type { CaseStatus } from "../../../../schemas/plan/report.ts";
import type { Attributes, Ending } from "./parse.ts";

const failingElement = /^(?:failure|failed|error|errored|broken|rerunFailure|rerunError)$/i;
const flakyElement = /^(?:flakyFailure|flakyError)$/i;
const skippingElement =
  /^(?:skip|skipped|ignore|ignored|disabled|pending|not_?run|todo|warning|incomplete|inconclusive)$/i;

const failedWord =
  /^(?:fail|err|broken|bad$|abort|interrupt|cancel|timed?.?out|crash|kill|panic|hung|stopped|unexpected|nok$|ko$|not.?ok$)/;
const skippedWord =
  /^(?:skip|not.?(?:run|executed)|ignor|disabl|pending|todo|suppress|filter|untested|undefined|inconclus|incomplete|block)/;

/**
 * Returns the status that an element of a test case implies, if any. `warning` is from PHPUnit, for something that is
 * not a test.
 */
export function readEnding({ element }: Ending): CaseStatus | undefined {
  if (failingElement.test(element)) return "failed";
  if (flakyElement.test(element)) return "flaky";
  return skippingElement.test(element) ? "skipped" : undefined;
}

/**
 * Determines how a test case ended. There is no standard: most runners write elements, some write attributes
 * (GoogleTest, CTest, Bazel, behave, NUnit). A failure outweighs a skip, except for a todo, which is expected to fail
 * (node:test).
 */
export function readCaseStatus(attributes: Attributes, endings: readonly Ending[]): CaseStatus {
  if (endings.some(isTodo)) return "skipped";
  const stated = [...endings.map(readEnding), readAttributes(attributes)];
  const strongest = (["failed", "flaky", "skipped"] as const).find((status) => stated.includes(status));
  return strongest ?? "passed";
}

/** True for what PHPUnit 9 writes as an error, but counts as one only if told to: a test without assertions. */
export function isRisky({ attributes }: Ending): boolean {
  return /\bRiskyTestError$/.test(attributes.type ?? "");
}

function isTodo({ element, attributes }: Ending): boolean {
  return /^todo$/i.test(element) || (skippingElement.test(element) && /^todo$/i.test(attributes.type ?? ""));
}

function readAttributes(attributes: Attributes): CaseStatus | undefined {
  const entries = Object.entries(attributes).map(([name, value]) => [
    name.toLowerCase(),
    value.toLowerCase(),
  ]);
  const stated = entries.map(([name = "", value = ""]) => readAttribute(name, value));
  return (["failed", "flaky", "skipped"] as const).find((status) => stated.includes(status));
}

function readAttribute(name: string, value: string): CaseStatus | undefined {
  const isTrue = !/^(?:|false|no|0)$/.test(value);
  if (/^(?:status|result|outcome|state)$/.test(name)) return readWord(value);
  if (/^(?:failed|failure|failures|error|errors)$/.test(name)) return isTrue ? "failed" : undefined;
  if (/^(?:success|passed)$/.test(name)) return isTrue ? undefined : "failed";
  if (name === "flaky") return isTrue ? "flaky" : undefined;
  if (/^(?:skipped|ignored|disabled|pending|notrun|todo)$/.test(name)) return isTrue ? "skipped" : undefined;
  if (/^(?:executed|enabled)$/.test(name)) return isTrue ? undefined : "skipped";
  return undefined;
}

function readWord(word: string): CaseStatus | undefined {
  if (failedWord.test(word)) return "failed";
  if (word === "flaky") return "flaky";
  return skippedWord.test(word) ? "skipped" : undefined;
}
