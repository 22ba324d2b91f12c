/** Until then, what is made ready must leave its branch's compute asleep. */
export type MayWake = Promise<void>;

interface Entry<Value> {
  mayWake: MayWake;
  wake: () => void;
  value?: Promise<Value>;
  hasFailed: boolean;
}

/**
 * Makes things ready before their turns: twice as many as are at work at once, and of these the half that comes next
 * may wake its computes. What failed then is tried again when its turn comes.
 * @param concurrency how many are at work at once; 0 makes nothing ready ahead
 * @returns gives what is ready, or will be, to the one whose turn has come
 */
export function readyAhead<Value>(
  slugs: readonly string[],
  concurrency: number,
  ready: (slug: string, mayWake: MayWake) => Promise<Value>,
): (slug: string) => Promise<Value> {
  const entries = new Map(slugs.map((slug) => [slug, openEntry<Value>()]));
  let begun = 0;

  const start = (slug: string, entry: Entry<Value>) => {
    entry.value ??= ready(slug, entry.mayWake);
    entry.value.catch(() => {
      entry.hasFailed = true;
    });
    return entry.value;
  };
  const advance = () => {
    [...entries].slice(0, begun + 2 * concurrency).forEach(([slug, entry], index) => {
      if (index < begun + concurrency) entry.wake();
      void start(slug, entry);
    });
  };
  advance();

  return (slug) => {
    begun++;
    const entry = entries.get(slug) ?? openEntry<Value>();
    entry.wake();
    if (entry.hasFailed) return ready(slug, entry.mayWake);
    const value = start(slug, entry);
    if (concurrency > 0) advance();
    return value;
  };
}

function openEntry<Value>(): Entry<Value> {
  let wake = () => {};
  const mayWake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  return { mayWake, wake, hasFailed: false };
}
