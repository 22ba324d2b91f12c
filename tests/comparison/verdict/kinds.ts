import { type ExperimentRow, signalSchema } from "../../../schemas/comparison/comparison.ts";
import type { Evidence, TagEvidence } from "../../../schemas/experiment/outcomes.ts";
export const makeEvidence = (api: TagEvidence, more: Partial<Evidence> = {}): Evidence => ({
  run_id: "run-20260101T000000-01234567",
  cycle_id: "C1",
  branch: "f1",
  commit: null,
  dirty: false,
  by_tag: { api },
  ...more,
});

const error = { code: "not_authenticated", message: "no login", hint: "Log in.", retryable: false };

/**
 * Rows that one signal stands for in several ways. Of those that are not measured, a `claiming` one has counts that no
 * run counted, a `reported` one has none but those of suites that ran elsewhere, the run of an `unfinished` one was ended early, that of a `cut_off` one without a last word, a `partial`
 * one left out a tag, and a `troubled` one could not be reached. Of those that fail, a `claimed_failure` was only
 * written down, a `broken_setup` never came to its tests, a `flaky` one has no test that passes every time, and a
 * `capped_setup` one had its setup fail until its budget was used up.
 */
export const special = {
  claiming: { signal: "no_evidence", evidence_state: "claimed" },
  reported: { signal: "no_evidence", status: "unknown", evidence_state: "reported", tests_passed: undefined },
  cut_off: { signal: "no_evidence", status: "unknown" },
  unfinished: { signal: "no_evidence", evidence: makeEvidence({ state: "no_evidence", unfinished: true }) },
  partial: { signal: "no_evidence", tags_not_run: ["e2e"] },
  troubled: { signal: "no_evidence", last_attempt: { run_id: "r", cycle_id: "C1", error } },
  claimed_failure: { signal: "failing", evidence_state: "claimed", tests_failed: 1 },
  broken_setup: {
    signal: "failing",
    tests_passed: 0,
    evidence: makeEvidence(
      { state: "evidence" },
      { by_tag: {}, setup_failed: { reason: "exit 3", artifact: "setup/stderr.log" } },
    ),
  },
  flaky: { signal: "failing", tests_passed: 0, flaky: 2 },
  capped_setup: {
    signal: "capped",
    tests_passed: 0,
    evidence: makeEvidence(
      { state: "evidence" },
      { by_tag: {}, setup_failed: { reason: "exit 3", artifact: "setup/stderr.log" } },
    ),
  },
} satisfies Record<string, Partial<ExperimentRow>>;

type Special = keyof typeof special;
/** A signal, or a special row of one. */
export type Kind = ExperimentRow["signal"] | Special;

const specials: Special[] = [
  "claiming",
  "reported",
  "unfinished",
  "cut_off",
  "partial",
  "troubled",
  "claimed_failure",
  "broken_setup",
  "flaky",
  "capped_setup",
];
const isSpecial = (kind: Kind): kind is Special => Object.hasOwn(special, kind);
export const kinds: Kind[] = [...signalSchema.options, ...specials];

/** What their records say; those of other kinds say that they failed. */
const statuses: Partial<Record<Kind, ExperimentRow["status"]>> = {
  winning: "succeeded",
  claiming: "succeeded",
  partial: "succeeded",
  running: "running",
  abandoned: "abandoned",
  not_started: "unknown",
  unreadable: "unknown",
};

/** One row of a kind. */
export function makeRow(kind: Kind, index: number): ExperimentRow {
  return {
    experiment_slug: `exp-${index}`,
    branch_id: `f1-exp-${index}`,
    status: statuses[kind] ?? "failed",
    evidence_state: "counted",
    reason: "a reason",
    tests_passed: 2,
    tests_failed: kind === "failing" ? 1 : 0,
    cycle_count: 1,
    artifact_count: 0,
    ...(isSpecial(kind) ? special[kind] : { signal: kind }),
  };
}
