import { startRun } from "../../runs/caller/start.ts";
import { asNumber } from "../as-number.ts";
import { openContext, type Shared } from "../command.ts";
import { followRun } from "../follow-run.ts";
import type { Flags } from "../options.ts";
import { splitList } from "../split-list.ts";

/**
 * `run FEATURE [EXPERIMENTS…]`: starts a run and shows it until it ends.
 * @throws CoreError as `startRun` does
 */
export async function run(
  shared: Shared,
  [feature_id = "", ...slugs]: string[],
  flags: Flags,
): Promise<void> {
  const context = openContext(shared);
  const { run_id } = await startRun(context, {
    feature_id,
    experiment_slugs: slugs.length === 0 ? undefined : slugs,
    tags: flags.tags === undefined ? undefined : splitList(flags.tags),
    cycle_id: flags.cycle,
    repeat: asNumber(flags.repeat),
    quiet: flags.quiet,
    only_failed: flags["only-failed"],
    concurrency: asNumber(flags.concurrency),
  });
  await followRun(shared, run_id);
}
