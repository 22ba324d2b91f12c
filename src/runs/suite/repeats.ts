import type { ReportCase } from "../../../schemas/report.ts";
import { proven, type SuiteVerdict } from "./evidence.ts";

/**
 * One verdict over the repeats of a suite. A test that passed in one and failed in another is flaky; a repeat that
 * proved nothing takes the proof from all.
 * @param repeat how many were asked for
 */
export function combineRepeats(verdicts: readonly SuiteVerdict[], repeat = verdicts.length): SuiteVerdict {
  const [first] = verdicts;
  if (first !== undefined && repeat === 1) return first;
  const cases = mergeCases(verdicts.map((verdict) => verdict.cases));
  const unproven = verdicts.findIndex(({ state }) => state === "no_evidence");
  const verdict = verdicts[unproven];
  if (verdict?.state === "no_evidence") {
    return {
      state: "no_evidence",
      reason: `repeat ${unproven + 1} of ${repeat}: ${verdict.reason}`,
      cases,
    };
  }
  return proven(cases);
}

function mergeCases(repeats: ReportCase[][]): ReportCase[] {
  const merged = new Map<string, ReportCase>();
  for (const cases of repeats) {
    for (const [key, next] of withKeys(cases)) {
      const before = merged.get(key);
      merged.set(key, before === undefined ? next : mergeCase(before, next));
    }
  }
  return [...merged.values()];
}

function mergeCase(a: ReportCase, b: ReportCase): ReportCase {
  const statuses = [a.status, b.status];
  const differs = statuses.includes("passed") && statuses.includes("failed");
  const status = differs
    ? "flaky"
    : (["flaky", "failed", "passed"] as const).find((each) => statuses.includes(each));
  return { ...a, status: status ?? "skipped", failure: a.failure ?? b.failure };
}

/** Tests of one name in one file are told apart by their order. */
function withKeys(cases: ReportCase[]): [string, ReportCase][] {
  const seen = new Map<string, number>();
  return cases.map((each) => {
    const name = JSON.stringify([each.file, each.name]);
    const index = (seen.get(name) ?? 0) + 1;
    seen.set(name, index);
    return [`${name} ${index}`, each];
  });
}
