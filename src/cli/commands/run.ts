import { checkQueue } from "../../queue/check-queue.ts";
import { startRun } from "../../runs/caller/start.ts";
import { asNumber } from "../as-number.ts";
import { openContext, type Shared } from "../command.ts";
import { followRun } from "../follow-run.ts";
import type { Flags } from "../options.ts";
import { splitList } from "../split-list.ts";
import { prepareShard, writeShard } from "./shard.ts";

/**
 * `run FEATURE [EXPERIMENTS…]`: starts a run and shows it until it ends; with `--bundle`, then writes its results to a
 * file.
 * @throws CoreError whatever `checkQueue`, `startRun`, `restoreCode` and `writeBundle` throw
 */
export async function run(
  shared: Shared,
  [feature_id = "", ...names]: string[],
  flags: Flags,
): Promise<void> {
  const context = openContext(shared);
  const slugs = [...names, ...splitList(flags.experiments ?? "")];
  if (flags.bundle !== undefined) await prepareShard(context, feature_id, slugs, flags.bundle);
  const input = {
    feature_id,
    experiment_slugs: slugs.length === 0 ? undefined : slugs,
    tags: flags.tags === undefined ? undefined : splitList(flags.tags),
    cycle_id: flags.cycle,
    repeat: asNumber(flags.repeat),
    quiet: flags.quiet,
    only_failed: flags["only-failed"],
    concurrency: asNumber(flags.concurrency),
  };
  await checkQueue(context, input);
  const { run_id } = await startRun(context, input);
  const ended = await followRun(shared, run_id);
  if (flags.bundle !== undefined && ended !== undefined) await writeShard(context, ended, flags.bundle);
}
