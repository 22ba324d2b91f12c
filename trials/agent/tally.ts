/** What a trial cost its agent. */
export interface Tally {
  calls: number;
  /** The bytes of all answers as transferred: text, structured content and images. */
  bytes: number;
}

/** Counts calls, and the bytes of their answers. */
export class Counter implements Tally {
  calls = 0;
  bytes = 0;
  readonly #places: readonly string[];
  readonly #tell: (line: string) => void;
  #last: { call: string; bytes: number } | undefined;

  /** @param places paths that differ between machines @param tell receives every call */
  constructor(places: readonly string[], tell: (line: string) => void = () => {}) {
    this.#places = places;
    this.#tell = tell;
  }

  /**
   * How many answers a wait takes depends on the machine, so consecutive waits for a run count as one call, with the
   * last answer.
   */
  add(name: string, args: object, answer: unknown): void {
    const bytes = this.#measure(answer);
    const call = `${name} ${JSON.stringify(args)}`;
    const isSame = name === "wait_for_run" && this.#last?.call === call;
    this.calls += isSame ? 0 : 1;
    this.bytes += bytes - (isSame ? (this.#last?.bytes ?? 0) : 0);
    this.#last = { call, bytes };
    this.#tell(`→ ${call}\n← ${bytes} bytes: ${JSON.stringify(answer)}`);
  }

  /** Removes what varies from time to time: paths, and the length of numbers. Hashes and ids have a fixed length. */
  #measure(answer: unknown): number {
    let text = JSON.stringify(answer);
    for (const place of this.#places) text = text.replaceAll(place, "/place");
    const hashes = /\b[0-9a-f]{7,64}\b/g;
    return Buffer.byteLength(
      text.replace(hashes, (hash) => "#".repeat(hash.length)).replace(/\d+(\.\d+)?/g, "0"),
    );
  }
}
