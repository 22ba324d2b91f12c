import { existsSync } from "node:fs";
import type { Context } from "../../context.ts";
import { planPath } from "../../experiments/layout.ts";
import { listFeatureIds } from "../../experiments/list-refs.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import { type QueueView, viewQueue } from "../../queue/watch.ts";
import { CoreError } from "../../utils/core-error.ts";
import { describeError } from "../../utils/describe-error.ts";
import { readWorkspaceRecords, type WorkspaceRecords } from "../workspace-records.ts";
import type { StatusContext } from "./read-feature.ts";

/** What a status is read from, and why it may be incomplete. */
export interface StatusSource extends StatusContext {
  /** Every feature that has a plan, open experiments, or closed ones: open features first, then by name. */
  features: string[];
  /** Why Lakebase could not list branches, or the queue could not be read. */
  trouble?: string;
}

/** Reads the records and lists the branches once. If Lakebase cannot be reached, the records are still reported. */
export async function openStatus(
  context: Pick<Context, "workspace" | "lakebase" | "signal" | "queue_url">,
): Promise<StatusSource> {
  const { workspace, lakebase, signal } = context;
  const [records, asked, queue] = await Promise.all([
    readWorkspaceRecords(workspace),
    listBranches(lakebase, { signal }).then(
      (branches) => ({ branches }),
      (error: unknown) => {
        signal.throwIfAborted();
        const { code, message } = describeError(error);
        return { branches: undefined, trouble: `Lakebase could not be reached (${code}): ${message}` };
      },
    ),
    readQueueStatus(context),
  ]);
  return { records, features: await listFeatures(records), ...queue, ...asked };
}

/** The queue, if there is one. If it cannot be reached, the rest is still reported. */
async function readQueueStatus({
  queue_url,
  ...context
}: Pick<Context, "lakebase" | "queue_url">): Promise<{ queue?: QueueView; trouble?: string }> {
  if (queue_url === undefined) return {};
  try {
    return { queue: await viewQueue(context, queue_url) };
  } catch (error) {
    const { code, message } = describeError(error);
    return { trouble: `The queue could not be read (${code}): ${message}` };
  }
}

/** @throws CoreError `unknown_feature` */
export function checkFeature({ features, records }: StatusSource, featureId: string): void {
  if (features.includes(featureId)) return;
  const path = planPath(records.workspace, featureId);
  throw new CoreError("unknown_feature", `Feature ${featureId} has no plan at ${path} and no experiments.`, {
    hint: "Check the feature_id, or omit it to see all features.",
  });
}

async function listFeatures({
  workspace,
  experiments,
  closing,
  closed,
}: WorkspaceRecords): Promise<string[]> {
  const features = await listFeatureIds(workspace, "features");
  const planned = features.filter((name) => existsSync(planPath(workspace, name)));
  const open = new Set(
    [...experiments, ...closing.map(({ ref }) => ref)].map(({ feature_id }) => feature_id),
  );
  const over = closed.map(({ feature_id }) => feature_id);
  const rank = (name: string) => (open.has(name) ? 0 : over.includes(name) ? 2 : 1);
  return [...new Set([...planned, ...open, ...over])].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
