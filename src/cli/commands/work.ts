import { tagSchema } from "../../../schemas/names.ts";
import { workOnQueue } from "../../queue/work/loop.ts";
import { CoreError } from "../../utils/core-error.ts";
import { parseAs } from "../../utils/parse.ts";
import { asNumber } from "../as-number.ts";
import { openContext, type Shared } from "../command.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";
import { splitList } from "../split-list.ts";

/** The longest pause at an empty queue, in seconds, where none is given. */
const usualIdleSeconds = 10;

/**
 * `work`: takes suites from the queue and runs them until it is ended. On SIGTERM and SIGINT, what runs goes back.
 * @throws CoreError `invalid_input`, and what `workOnQueue` throws
 */
export async function workUntilEnded(shared: Shared, _args: string[], flags: Flags): Promise<void> {
  const { queue_url } = shared;
  if (queue_url === undefined) {
    throw new CoreError("invalid_input", "LAKEBASE_QUEUE_URL is not set.", {
      hint: "Set it to the queue's URL, as in the environment of run_experiments.",
    });
  }
  // What this starts runs its suites itself, and knows no password of the queue.
  delete process.env.LAKEBASE_QUEUE_URL;
  const concurrency = readWhole("concurrency", flags.concurrency, 1);
  const idleSeconds = readWhole("idle", flags.idle, usualIdleSeconds);
  const tags = flags.tags === undefined ? undefined : splitList(flags.tags).map(readTag);
  const end = new AbortController();
  const onSignal = () => end.abort();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
  const options = { concurrency, tags, idleSeconds, signal: end.signal, tell: print, warn };
  await workOnQueue({ ...openContext(shared), queue_url }, options);
}

function warn(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readWhole(name: string, text: string | undefined, usual: number): number {
  const value = asNumber(text) ?? usual;
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new CoreError("invalid_input", `--${name} is ${text}; it must be a whole number of at least 1.`, {
    hint: `Omit it for ${usual}.`,
  });
}

function readTag(text: string): string {
  const hint = "Use tags of the plan, as in --tags api,e2e.";
  return parseAs(tagSchema, text, { code: "invalid_input", subject: JSON.stringify(text), hint });
}
