import { openBudget, pause } from "../cli/budget.ts";
import type { Lakebase } from "../lakebase.ts";
import type { Connection } from "./client.ts";
import { createClient, endClient } from "./client.ts";
import { findExhaustedResource } from "./login.ts";

/** Called with what is waited for, such as `a compute, 20 of 20 in use`, and with undefined once that is over. */
export type OnWait = (what: string | undefined) => void;

interface HoldOptions {
  signal: AbortSignal;
  onWait: OnWait;
}

/** A session that keeps a compute from being suspended. */
export interface HeldCompute {
  /**
   * Whether the session has been open all the time. Where it has not, the branch may be gone.
   * @param isSure asks the server, since the news of the session's end may still be on its way
   */
  isHeld: (isSure: boolean) => Promise<boolean>;
  letGo: () => Promise<void>;
}

const connectMs = 10_000;

/**
 * Keeps a branch's compute from being suspended between two sessions of a command, by a session in the database
 * `postgres`: one in the command's own would keep it from being dropped or copied. Where all computes are in use it
 * waits until the signal. Where no such session can be had, nothing is held.
 */
export async function holdCompute(
  lakebase: Lakebase,
  connection: Connection,
  { signal, onWait }: HoldOptions,
): Promise<HeldCompute> {
  for (let attempt = 0; ; attempt++) {
    const client = await createClient({ ...connection, database: "postgres" }, connectMs);
    const letGo = () => endClient(client);
    const error = await client.connect().then(
      () => null,
      (reason: unknown) => reason,
    );
    let isHeld = error === null;
    client.once("end", () => {
      isHeld = false;
    });
    const inUse = findExhaustedResource(error);
    if (inUse !== undefined || attempt > 0) onWait(inUse);
    const answers = () =>
      client.query("select 1").then(
        () => true,
        () => false,
      );
    if (inUse === undefined)
      return { isHeld: async (isSure) => isHeld && (!isSure || (await answers())), letGo };
    await letGo();
    if (!(await pause(openBudget(lakebase, { signal }), attempt)))
      return { isHeld: async () => false, letGo };
  }
}
