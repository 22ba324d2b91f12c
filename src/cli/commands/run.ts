import { startRun } from "../../runs/caller/start.ts";
import { asNumber } from "../as-number.ts";
import type { Shared } from "../command.ts";
import { followRun } from "../follow-run.ts";
import type { Flags } from "../options.ts";

/**
 * `run FEATURE [EXPERIMENTS…]`: starts a run and shows it until it ends.
 * @throws CoreError as `startRun` does
 */
export async function run(
  shared: Shared,
  [feature_id = "", ...slugs]: string[],
  flags: Flags,
): Promise<void> {
  const context = { ...shared, signal: new AbortController().signal, progress: () => {} };
  const { run_id } = await startRun(context, {
    feature_id,
    experiment_slugs: slugs.length === 0 ? undefined : slugs,
    tags: flags.tags?.split(",").filter((tag) => tag !== ""),
    cycle_id: flags.cycle,
    repeat: asNumber(flags.repeat),
    quiet: flags.quiet,
    only_failed: flags["only-failed"],
    concurrency: asNumber(flags.concurrency),
  });
  await followRun(shared, run_id);
}
