import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Context } from "../../context.ts";
import { openQueue } from "../database/connect.ts";
import { giveBackAll } from "../return.ts";
import { endRuns } from "./area.ts";

/** What a worker tells its guard when it ends in the normal way. */
const farewell = "bye";

/**
 * Starts a worker's guard: a separate process that learns from the end of a pipe that the worker was killed. It then ends
 * the runs that the worker left behind, and gives its jobs back, so that no suite keeps running while another machine
 * takes it over.
 * @param inside the worker's area
 */
export function startGuard(
  { launch }: Pick<Context, "launch">,
  { workerId, queueUrl }: { workerId: string; queueUrl: string },
): { dismiss: () => void } {
  const [program = process.execPath, ...args] = launch;
  const guard = spawn(program, [...args, "queue-guard", workerId], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { ...process.env, LAKEBASE_QUEUE_URL: queueUrl },
  });
  guard.unref();
  // Without a guard, the runs end by themselves or when the next worker starts here, and the jobs expire.
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  return { dismiss: () => void guard.stdin.end(farewell) };
}

/** Runs in the guard: waits for the end of the worker, and cleans up if it was killed. */
export async function guardRuns(context: Context & { queue_url: string }, workerId: string): Promise<void> {
  if ((await text(process.stdin)) === farewell) return;
  await endRuns(context);
  const queue = await openQueue(context, context.queue_url);
  await giveBackAll(queue, workerId).finally(queue.close);
}
