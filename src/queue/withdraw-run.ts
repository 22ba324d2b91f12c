import type { Context } from "../context.ts";
import { openQueue } from "./database/connect.ts";
import { forgetRun } from "./withdraw.ts";

/** Takes a run's jobs out of the queue whose worker died. @throws CoreError as `openQueue` does */
export async function withdrawRun(
  context: Pick<Context, "lakebase"> & { queue_url: string },
  runId: string,
): Promise<void> {
  const queue = await openQueue(context, context.queue_url);
  await forgetRun(queue, runId).finally(queue.close);
}
