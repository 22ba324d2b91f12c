import type * as z from "zod";
import type { commandSuiteSchema, Step } from "../../schemas/plan/suite.ts";

export type SuiteInput = z.input<typeof commandSuiteSchema>;

/** A suite that a project seems to have. */
export interface FoundSuite {
  /** What it would be called; another takes its place where two would have one name. */
  tag: string;
  suite: SuiteInput;
  /** What it is and where that stands, as in `vitest, script test of package.json`. */
  source: string;
  /** What would make it count more than it does. */
  advice?: string | undefined;
}

/** A command that a project seems to need before its suites, or once in each worktree. */
export interface FoundStep extends Step {
  source: string;
  advice?: string | undefined;
}

/** What one kind of project was recognized by. */
export interface Detection {
  suites: FoundSuite[];
  /** Its migrations. */
  setup: FoundStep[];
  /** What installs its dependencies. */
  prepare: FoundStep[];
  /** Variables that its tools go by, beside those that its code asks for. */
  env?: Record<string, string>;
}

export const nothing: Detection = { suites: [], setup: [], prepare: [] };

export const junit = (path = "junit.xml") => ({ format: "junit", path }) as const;
export const exitCode = { format: "exit-code" } as const;

/** For a suite whose runner writes no report that we read. */
export function countedAsOne(what: string, remedy: string): string {
  return `${what} writes no supported report, so its exit status counts as one test. ${remedy}`;
}
