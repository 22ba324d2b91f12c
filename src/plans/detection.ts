import type * as z from "zod";
import type { commandSuiteSchema, Step } from "../../schemas/plan/suite.ts";

export type SuiteInput = z.input<typeof commandSuiteSchema>;

/** A suite that was detected in a project. */
export interface FoundSuite {
  /** The suggested tag; it is changed if two suites would have the same. */
  tag: string;
  suite: SuiteInput;
  /** What it is and where it was found: `vitest, script test of package.json`. */
  source: string;
  /** How to make it count its tests individually. */
  advice?: string | undefined;
}

/** A command that a project seems to need before its suites, or once per worktree. */
export interface FoundStep extends Step {
  source: string;
  advice?: string | undefined;
}

/** What was detected for one kind of project. */
export interface Detection {
  suites: FoundSuite[];
  /** Its migrations. */
  setup: FoundStep[];
  /** What installs its dependencies. */
  prepare: FoundStep[];
  /** Variables for its tools, in addition to those that its code reads. */
  env?: Record<string, string>;
}

export const nothing: Detection = { suites: [], setup: [], prepare: [] };

export const junit = (path = "junit.xml") => ({ format: "junit", path }) as const;
export const exitCode = { format: "exit-code" } as const;

/** Advice for a suite whose runner writes no supported report. */
export function adviseOnReport(what: string, remedy: string): string {
  return `${what} writes no supported report, so its exit status counts as one test. ${remedy}`;
}
