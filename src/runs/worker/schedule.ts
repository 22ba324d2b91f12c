import PQueue from "p-queue";
import { CoreError } from "../../utils/core-error.ts";
import { besideOthers, type Place, type Turn } from "./turns.ts";

/** What came of one experiment. `duration_ms` is its own time, without waiting for a place. */
export type ExperimentRunResult<Value> = { experiment_slug: string; duration_ms: number } & (
  | { status: "succeeded"; value: Value }
  | { status: "failed"; error: unknown }
);

export interface RaceResult<Value> {
  /** In input order. */
  results: ExperimentRunResult<Value>[];
  total_duration_ms: number;
  /** The most experiments that ran at the same time. */
  peak_in_flight: number;
}

/**
 * Runs every experiment under a hard cap. A failure is that experiment's result and never stops another.
 * @param concurrency a whole number ≥ 1
 * @param run called once for each slug; what it throws becomes the result's error
 * @param place a cap beyond this run's own, such as one that several runs share
 * @param onSettled called with each result as it comes
 * @throws CoreError `invalid_concurrency`
 */
export async function runExperimentsInParallel<Value>({
  experiments,
  concurrency,
  run,
  place = besideOthers((task) => task()),
  onSettled,
}: {
  experiments: readonly string[];
  concurrency: number;
  run: (experimentSlug: string, turn: Turn) => Promise<Value>;
  place?: Place;
  onSettled?: (result: ExperimentRunResult<Value>, peakInFlight: number) => void;
}): Promise<RaceResult<Value>> {
  checkConcurrency(concurrency);
  const queue = new PQueue({ concurrency });
  const started = performance.now();
  let inFlight = 0;
  let peak = 0;

  const runInPlace = async (slug: string): Promise<ExperimentRunResult<Value>> => {
    let elapsed = () => 0;
    try {
      const value = await place((turn) => {
        const begin = turn.now();
        elapsed = () => turn.now() - begin;
        peak = Math.max(peak, ++inFlight);
        const pass: Turn["pass"] = async (onWait) => {
          inFlight--;
          await turn.pass(onWait).finally(() => inFlight++);
        };
        return run(slug, { ...turn, pass }).finally(() => inFlight--);
      });
      return { experiment_slug: slug, status: "succeeded", value, duration_ms: elapsed() };
    } catch (error) {
      return { experiment_slug: slug, status: "failed", error, duration_ms: elapsed() };
    }
  };
  const runOne = async (slug: string) => {
    const result = await runInPlace(slug);
    onSettled?.(result, peak);
    return result;
  };

  const results = await Promise.all(experiments.map((slug) => queue.add(() => runOne(slug))));
  return { results, total_duration_ms: performance.now() - started, peak_in_flight: peak };
}

/** @throws CoreError `invalid_concurrency` for anything that is not a whole number ≥ 1 */
export function checkConcurrency(concurrency: number): void {
  if (Number.isSafeInteger(concurrency) && concurrency >= 1) return;
  throw new CoreError(
    "invalid_concurrency",
    `concurrency is ${concurrency}; it must be a whole number of at least 1.`,
    {
      hint: "Omit it to use the plan's budget.concurrent_branches.",
    },
  );
}
