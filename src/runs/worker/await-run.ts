import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { runIdSchema } from "../../../schemas/names.ts";
import { runDirectory } from "../../experiments/layout.ts";

/** The message that gives a spare worker its run. */
const handOverSchema = z.object({ run: runIdSchema });

/**
 * Waits for a spare worker's run, and then makes this process look like one that was started for it.
 * @param load called first, since there is time
 * @returns the run; undefined if none came, or if whoever started us is gone
 */
export async function awaitRun(workspace: string, load: () => Promise<unknown>): Promise<string | undefined> {
  const { channel } = process;
  if (!process.connected || channel === undefined) return undefined;
  channel.ref();
  const run = await new Promise<string | undefined>((resolve) => {
    process.on("message", (message) => {
      const { data } = handOverSchema.safeParse(message);
      if (data !== undefined) resolve(data.run);
    });
    process.once("disconnect", () => resolve(undefined));
    process.send?.({ ready: true }, () => {});
    // Whoever needs it loads it again, and learns what is wrong with it.
    load().catch(() => {});
  });
  channel.unref();
  if (run === undefined) return undefined;
  redirectOutput(join(runDirectory(workspace, run), "worker.log"));
  process.title = [...process.argv.slice(0, -1), run].join(" ");
  return run;
}

function redirectOutput(log: string): void {
  for (const descriptor of [1, 2]) {
    closeSync(descriptor);
    // The system gives the lowest free one.
    openSync(log, "a");
  }
}
