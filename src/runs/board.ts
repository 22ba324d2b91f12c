import type { Run, RunResult } from "../../schemas/run.ts";
import type { CycleCounts } from "./cycle.ts";
import { writeRun } from "./journal.ts";

/** The worker's view of its run. Every change goes to the journal, whole and in order. */
export class Board {
  readonly #workspace: string;
  readonly #started = performance.now();
  #run: Run;
  #written: Promise<void> = Promise.resolve();

  constructor(workspace: string, run: Run) {
    this.#workspace = workspace;
    this.#run = run;
  }

  get run(): Run {
    return this.#run;
  }

  /** Changes the run itself. */
  update(change: Partial<Run>): void {
    const total_duration_ms = Math.round(performance.now() - this.#started);
    this.#run = { ...this.#run, ...change, total_duration_ms };
    const snapshot = this.#run;
    this.#written = this.#written.then(() => writeRun(this.#workspace, snapshot));
  }

  /** Changes one experiment's result. */
  updateResult(slug: string, change: Partial<RunResult>, runChange: Partial<Run> = {}): void {
    const results = this.#run.results.map((result) =>
      result.experiment_slug === slug ? { ...result, ...change } : result,
    );
    this.update({ ...runChange, results });
  }

  /** Resolves when all that was changed is on disk. */
  flush(): Promise<void> {
    return this.#written;
  }
}

/** What a result shows of the counts so far. */
export function resultCounts({ by_tag, evidence }: CycleCounts): Pick<RunResult, "by_tag" | "no_evidence"> {
  const reasons = Object.entries(evidence).flatMap(([tag, { state, reason }]) =>
    state === "no_evidence" ? [[tag, reason ?? "no reason was recorded"]] : [],
  );
  return { by_tag: { ...by_tag }, ...(reasons.length > 0 && { no_evidence: Object.fromEntries(reasons) }) };
}
