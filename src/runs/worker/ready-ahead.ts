import { createGate, type Gate } from "../../utils/gate.ts";

/** Resolves when preparation may wake the branch's compute; until then it must stay asleep. */
export type MayWake = Promise<void>;

interface Entry<Value> {
  mayWake: Gate;
  value?: Promise<Value>;
  hasFailed: boolean;
}

/**
 * Prepares experiments before their turns: twice as many as run at once, of which the next half may wake their
 * computes. A preparation that failed is repeated when its turn comes.
 * @param concurrency how many run at once; 0 prepares nothing ahead
 * @returns a function that returns what was prepared, or will be, for the experiment whose turn has come. `mayAdvance`
 *   says when others may be prepared without being in its way
 */
export function readyAhead<Value>(
  slugs: readonly string[],
  concurrency: number,
  ready: (slug: string, mayWake: MayWake) => Promise<Value>,
): (slug: string, mayAdvance: () => Promise<void>) => Promise<Value> {
  const entries = new Map(slugs.map((slug) => [slug, openEntry<Value>()]));
  let begun = 0;

  const start = (slug: string, entry: Entry<Value>) => {
    entry.value ??= ready(slug, entry.mayWake.opened);
    entry.value.catch(() => {
      entry.hasFailed = true;
    });
    return entry.value;
  };
  const advance = () => {
    [...entries].slice(0, begun + 2 * concurrency).forEach(([slug, entry], index) => {
      if (index < begun + concurrency) entry.mayWake.open();
      void start(slug, entry);
    });
  };
  advance();

  return (slug, mayAdvance) => {
    begun++;
    const entry = entries.get(slug) ?? openEntry<Value>();
    entry.mayWake.open();
    if (entry.hasFailed) return ready(slug, entry.mayWake.opened);
    const value = start(slug, entry);
    if (concurrency > 0) void mayAdvance().then(advance);
    return value;
  };
}

function openEntry<Value>(): Entry<Value> {
  return { mayWake: createGate(), hasFailed: false };
}
