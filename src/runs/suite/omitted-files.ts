/** How many files are named; the rest are counted. */
const mostNamed = 200;

/** The files that were not collected, and why. */
export interface OmittedFiles {
  add: (path: string, why: string) => void;
  /** Returns a text that lists them; undefined if there are none. */
  describe: () => string | undefined;
}

export function createOmittedFiles(): OmittedFiles {
  const named: string[] = [];
  let count = 0;
  return {
    add: (path, why) => {
      count += 1;
      if (named.length < mostNamed) named.push(`${path.slice(0, 300)}: ${why}`);
    },
    describe: () => {
      if (count === 0) return undefined;
      const more = count > named.length ? [`and ${count - named.length} more`] : [];
      return `${["Left out:", ...named, ...more].join("\n")}\n`;
    },
  };
}
