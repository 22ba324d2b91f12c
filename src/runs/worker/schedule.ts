import type { Place, Turn } from "./turns.ts";

/** The outcome of one experiment. `duration_ms` is its own time, excluding waits. */
export type ExperimentRunResult<Value> = { experiment_slug: string; duration_ms: number } & (
  | { status: "succeeded"; value: Value }
  | { status: "failed"; error: unknown }
);

/**
 * Runs each experiment as soon as there is a place for it. A failure is that experiment's result and never stops
 * another.
 * @param place limits how many run at once; places are requested in input order
 * @param run called once for each slug; what it throws becomes the result's error
 * @param onSettled called with each result as it arrives
 * @returns the results, in input order
 */
export async function runExperimentsInParallel<Value>({
  experiments,
  place,
  run,
  onSettled,
}: {
  experiments: readonly string[];
  place: Place;
  run: (experimentSlug: string, turn: Turn) => Promise<Value>;
  onSettled?: (result: ExperimentRunResult<Value>) => void;
}): Promise<ExperimentRunResult<Value>[]> {
  const runInPlace = async (slug: string): Promise<ExperimentRunResult<Value>> => {
    let elapsed = () => 0;
    try {
      const value = await place((turn) => {
        const begin = turn.now();
        elapsed = () => turn.now() - begin;
        return run(slug, turn);
      });
      return { experiment_slug: slug, status: "succeeded", value, duration_ms: elapsed() };
    } catch (error) {
      return { experiment_slug: slug, status: "failed", error, duration_ms: elapsed() };
    }
  };
  const runOne = async (slug: string) => {
    const result = await runInPlace(slug);
    onSettled?.(result);
    return result;
  };
  return Promise.all(experiments.map(runOne));
}
