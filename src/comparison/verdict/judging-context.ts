/** What decides about an experiment beside its own outcomes. */
export interface JudgingContext {
  /** The tags that a winner must have been measured by. Default: all that its evidence names. */
  required?: readonly string[];
  /** The tags of the plan. */
  planned?: readonly string[];
  /** The tags whose counts say nothing of its present code, branch and plan, with the reason. */
  outdated?: ReadonlyMap<string, string>;
  /** The tags that were reported of suites which ran elsewhere. They decide nothing. */
  reported?: readonly string[];
  /** Why its evidence is not believed. */
  contradiction?: string | undefined;
  /** What kept the last run from measuring it. */
  trouble?: string | undefined;
}
