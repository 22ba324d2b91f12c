/** What a verdict takes into account besides the experiment's own outcomes. */
export interface JudgingContext {
  /** The tags that must be measured for an experiment to win. Default: all that its evidence mentions. */
  required?: readonly string[];
  /** The tags of the plan. */
  planned?: readonly string[];
  /** The tags whose counts do not apply to its current code, branch and plan, with the reason. */
  outdated?: ReadonlyMap<string, string>;
  /** The tags reported for suites that ran elsewhere. They decide nothing. */
  reported?: readonly string[];
  /** Why its evidence is not trusted. */
  contradiction?: string | undefined;
  /** What prevented the last run from measuring it. */
  trouble?: string | undefined;
}
