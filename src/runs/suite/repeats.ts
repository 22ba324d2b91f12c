import { mergeCases } from "../../experiments/outcomes/merge-cases.ts";
import { type SuiteVerdict, withEvidence } from "./evidence.ts";

/**
 * Combines the repeats of a suite into one verdict. A test that passed in one and failed in another is flaky; one
 * repeat without evidence leaves all of them without.
 * @param repeat how many were requested
 */
export function combineRepeats(verdicts: readonly SuiteVerdict[], repeat = verdicts.length): SuiteVerdict {
  const [first] = verdicts;
  if (first !== undefined && repeat === 1) return first;
  const rounds = verdicts.flatMap((verdict) => verdict.rounds ?? []);
  const long = verdicts.find(({ left_out }) => left_out !== undefined);
  if (long !== undefined)
    return { ...long, rounds, state: "no_evidence", reason: tooLong(long.cases.length) };
  const cases = mergeCases(verdicts.map((verdict) => verdict.cases));
  const durations_ms = verdicts.flatMap((verdict) => verdict.durations_ms ?? []);
  const unproven = verdicts.findIndex(({ state }) => state === "no_evidence");
  const verdict = verdicts[unproven];
  if (verdict?.state === "no_evidence") {
    return {
      state: "no_evidence",
      reason: `repeat ${unproven + 1} of ${repeat}: ${verdict.reason}`,
      trouble: verdict.trouble,
      cases,
      durations_ms,
      rounds,
    };
  }
  const in_doubt = [...new Set(verdicts.flatMap((each) => each.in_doubt ?? []))];
  const plain_database = verdicts.find((each) => each.plain_database !== undefined)?.plain_database;
  return { ...withEvidence({ cases }), durations_ms, rounds, in_doubt, plain_database };
}

function tooLong(listed: number): string {
  return `its report has more tests than the ${listed} that can be compared across repeats: run it without repeats`;
}
