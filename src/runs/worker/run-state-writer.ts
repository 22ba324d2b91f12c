import type { Run, RunResult } from "../../../schemas/run.ts";
import type { CycleCounts } from "../cycle/counts.ts";
import { writeRun } from "../journal/journal.ts";

/**
 * The worker's state of its run, written atomically and in order, one write at a time. Changes made during a write are
 * combined into the next one, so that the journal never delays the run.
 */
export class RunStateWriter {
  readonly #workspace: string;
  readonly #started = performance.now();
  readonly #minutes: number;
  #run: Run;
  #isWritten = true;
  #writing: Promise<void> | undefined;

  constructor(workspace: string, run: Run) {
    this.#workspace = workspace;
    this.#run = run;
    this.#minutes = run.budget.minutes_left;
  }

  get run(): Run {
    return this.#run;
  }

  /** Changes the run itself. */
  update(change: Partial<Run>): void {
    const total_duration_ms = Math.round(performance.now() - this.#started);
    const minutes_left = Math.max(0, Math.round(this.#minutes * 1000 - total_duration_ms / 60) / 1000);
    this.#run = {
      ...this.#run,
      ...change,
      total_duration_ms,
      budget: { ...this.#run.budget, minutes_left },
    };
    this.#isWritten = false;
    // A failed write is retried with the next change, and reported by `flush`.
    if (this.#writing === undefined) void this.flush().catch(() => {});
  }

  /** Changes one experiment's result. */
  updateResult(slug: string, change: Partial<RunResult>, runChange: Partial<Run> = {}): void {
    const results = this.#run.results.map((result) =>
      result.experiment_slug === slug ? { ...result, ...change } : result,
    );
    this.update({ ...runChange, results });
  }

  /** Resolves once all changes are on disk. */
  async flush(): Promise<void> {
    do {
      this.#writing ??= this.#write().finally(() => {
        this.#writing = undefined;
      });
      await this.#writing;
      // A change may come after the last write and before its end is noticed.
    } while (!this.#isWritten);
  }

  async #write(): Promise<void> {
    while (!this.#isWritten) {
      this.#isWritten = true;
      try {
        await writeRun(this.#workspace, this.#run);
      } catch (error) {
        this.#isWritten = false;
        throw error;
      }
    }
  }
}

/** Selects what a result shows of the counts so far. */
export function selectResultCounts({
  by_tag,
  evidence,
  flaky,
  failed_first,
}: CycleCounts): Pick<RunResult, "by_tag" | "no_evidence" | "flaky" | "failed_first" | "machines"> {
  const machines = Object.entries(evidence).flatMap(([tag, { source }]) =>
    source?.origin === undefined ? [] : [[tag, source.origin.worker ?? source.origin.machine] as const],
  );
  const reasons = Object.entries(evidence).flatMap(([tag, { state, reason }]) =>
    state === "no_evidence" ? [[tag, reason ?? "no reason was recorded"]] : [],
  );
  return {
    by_tag: { ...by_tag },
    ...(reasons.length > 0 && { no_evidence: Object.fromEntries(reasons) }),
    ...(machines.length > 0 && { machines: Object.fromEntries(machines) }),
    ...(flaky !== undefined && { flaky }),
    ...(failed_first !== undefined && { failed_first: { ...failed_first } }),
  };
}
