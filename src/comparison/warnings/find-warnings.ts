import type { FixedWarningKind, Warning } from "../../../schemas/comparison/warning.ts";
import type { FeatureRef } from "../../experiments/layout.ts";
import type { UnusableFolder } from "../../experiments/unusable.ts";
import type { Measurement } from "../records/measurements.ts";
import type { PlannedTags } from "../records/planned-tags.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { type CodeFlaw, warnOfCode, warnOfSameCode, warnOfUnequalResults } from "./code-warnings.ts";
import {
  type Observation,
  observeCycles,
  warnOfIdle,
  warnOfNeverRed,
  warnOfNeverReported,
  warnOfPermanentlyRed,
  warnOfShrinkingCounts,
} from "./cycle-warnings.ts";
import type { DifferingTest } from "./differing-tests.ts";
import { warnOfDifferingTests } from "./differing-tests.ts";
import { isMetricsFile, warnOfDisturbed, warnOfSeveralMachines, warnOfUndecided } from "./metric-warnings.ts";
import { warnOfUnlikeParents } from "./parent-warnings.ts";
import {
  type BrokenFile,
  warnOfBroken,
  warnOfContradicted,
  warnOfFlaky,
  warnOfOutdated,
  warnOfPlainDatabases,
  warnOfPlan,
  warnOfSetupFailure,
} from "./record-warnings.ts";
import { warnOfOtherReports, warnOfUnmeasuredReports } from "./reported-warnings.ts";
import { type UnlikeScript, warnOfScripts } from "./script-warnings.ts";
import {
  type Starts,
  warnOfDifferentStarts,
  warnOfLater,
  warnOfUnchanged,
  warnOfUncommitted,
} from "./start-warnings.ts";
import { warnOfOtherRoots, warnOfUnusable } from "./unread-records.ts";

/** The findings of a comparison that warnings are based on. */
export interface WarningFacts {
  feature: FeatureRef;
  judged: JudgedExperiment[];
  plan: PlannedTags;
  broken: BrokenFile[];
  measurements: Measurement[];
  unusable: UnusableFolder[];
  flaws: CodeFlaw[];
  same_code: readonly (readonly string[])[];
  starts: Starts;
  unlike_scripts: UnlikeScript[];
  differing_tests: DifferingTest[];
}

type Finder = (facts: WarningFacts, observed: ReadonlyMap<string, Observation[]>) => Warning[];

/** Each kind of warning, in order of appearance. */
const finders: Record<FixedWarningKind | "row-perma-red", Finder> = {
  "feature-unknown": ({ feature, plan }) => warnOfPlan(feature, plan, "feature-unknown"),
  "plan-unreadable": ({ feature, plan }) => warnOfPlan(feature, plan, "plan-unreadable"),
  "records-elsewhere": ({ feature }) => warnOfOtherRoots(feature),
  "folder-not-usable": ({ unusable }) => warnOfUnusable(unusable),
  "details-unreadable": ({ broken }) =>
    warnOfBroken(
      "details-unreadable",
      broken.filter((each) => !isMetricsFile(each)),
    ),
  "metrics-unreadable": ({ broken }) => warnOfBroken("metrics-unreadable", broken.filter(isMetricsFile)),
  "decider-not-measured": ({ feature, judged, measurements, plan }) =>
    warnOfUndecided(feature, judged, measurements, plan),
  "evidence-contradicted": ({ judged }) => warnOfContradicted(judged),
  "setup-fails-everywhere": ({ feature, judged }) => warnOfSetupFailure(feature, judged),
  "counts-outdated": ({ judged }) => warnOfOutdated(judged),
  "same-code": ({ feature, same_code, judged }) => [
    ...warnOfSameCode(feature, same_code),
    ...warnOfUnequalResults(feature, judged),
  ],
  "code-not-committed": ({ feature, flaws }) => warnOfCode(feature, flaws, "code-not-committed"),
  "code-not-there": ({ feature, flaws }) => warnOfCode(feature, flaws, "code-not-there"),
  "code-changed-since": ({ feature, flaws }) => warnOfCode(feature, flaws, "code-changed-since"),
  "code-changed-meanwhile": ({ feature, flaws }) => warnOfCode(feature, flaws, "code-changed-meanwhile"),
  "nothing-changed": ({ feature, starts }) => warnOfUnchanged(feature, starts),
  "unlike-starts": ({ feature, starts }) => warnOfDifferentStarts(feature, starts),
  "unlike-parents": ({ judged }) => warnOfUnlikeParents(judged),
  "main-not-committed": ({ feature, starts }) => warnOfUncommitted(feature, starts),
  "main-moved-on": ({ feature, starts }) => warnOfLater(feature, starts),
  "database-not-own": ({ judged }) => warnOfPlainDatabases(judged),
  "scripts-differ": ({ feature, unlike_scripts }) => warnOfScripts(feature, unlike_scripts),
  "tests-differ": ({ feature, differing_tests }) => warnOfDifferingTests(feature, differing_tests),
  "tests-flaky": ({ judged }) => warnOfFlaky(judged),
  "row-perma-red": (_facts, observed) => warnOfPermanentlyRed(observed),
  "tag-never-reported": ({ judged, plan }) =>
    warnOfNeverReported(
      judged.map(({ records }) => records),
      plan.planned,
    ),
  "suite-never-red": (_facts, observed) => warnOfNeverRed(observed),
  "counts-shrink": (_facts, observed) => warnOfShrinkingCounts(observed),
  "measured-beside-others": ({ judged, measurements }) => warnOfDisturbed(judged, measurements),
  "measured-on-several-machines": ({ judged, measurements }) => warnOfSeveralMachines(judged, measurements),
  "reported-not-measured": ({ judged, plan }) => warnOfUnmeasuredReports(judged, plan.planned),
  "reported-otherwise": ({ judged }) => warnOfOtherReports(judged),
  "no-cycle-since-cut": ({ judged }) => warnOfIdle(judged.map(({ records }) => records)),
};

/** Lists what makes the verdict less reliable. A warning never changes the verdict. */
export function findWarnings(facts: WarningFacts): Warning[] {
  const observed = observeCycles(facts.judged.map(({ records }) => records));
  return Object.values(finders).flatMap((find) => find(facts, observed));
}
