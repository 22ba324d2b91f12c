import type { Warning } from "../../../schemas/comparison/warning.ts";
import type { ExperimentRecords } from "../../../src/comparison/records/records.ts";
import { judgeExperiment } from "../../../src/comparison/records/rows.ts";
import { findWarnings, type WarningFacts } from "../../../src/comparison/warnings/find-warnings.ts";

/** A comparison in which there is nothing to warn of. */
const noFacts: WarningFacts = {
  feature: { workspace: "/shop", feature_id: "F1" },
  judged: [],
  plan: { planned: [], required: [], suites: new Map() },
  broken: [],
  measurements: [],
  unusable: [],
  flaws: [],
  same_code: [],
  starts: { bases: [], uncommitted: [], unchanged: [], later: { files: [], slugs: [] } },
  unlike_scripts: [],
  differing_tests: [],
};

/** The warnings of some records, by a plan with suites for some tags. */
export async function findAll(all: ExperimentRecords[], planned: string[]): Promise<Warning[]> {
  const plan = { planned, required: [], suites: new Map() };
  const setting = {
    now: 0,
    activeExperiments: new Set<string>(),
    plan,
    contradict: () => undefined,
    onBroken: () => {},
  };
  const judged = await Promise.all(all.map((records) => judgeExperiment(records, setting)));
  return findWarnings({ ...noFacts, judged, plan });
}
