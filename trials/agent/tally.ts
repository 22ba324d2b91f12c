/** What a trial cost its agent. */
export interface Tally {
  calls: number;
  /** Of all answers, as they travelled: text, structured content and images. */
  bytes: number;
}

/** Counts calls, and the bytes of what they answered. */
export class Counter implements Tally {
  calls = 0;
  bytes = 0;
  readonly #places: readonly string[];
  readonly #tell: (line: string) => void;
  #last: { call: string; bytes: number } | undefined;

  /**
   * @param places paths that are elsewhere on each machine
   * @param tell hears of every call
   */
  constructor(places: readonly string[], tell: (line: string) => void = () => {}) {
    this.#places = places;
    this.#tell = tell;
  }

  /** How often a wait is answered depends on the machine: waits for a run in a row are one call, with the last answer. */
  add(name: string, args: object, answer: unknown): void {
    const bytes = this.#measure(answer);
    const call = `${name} ${JSON.stringify(args)}`;
    const isSame = name === "wait_for_run" && this.#last?.call === call;
    this.calls += isSame ? 0 : 1;
    this.bytes += bytes - (isSame ? (this.#last?.bytes ?? 0) : 0);
    this.#last = { call, bytes };
    this.#tell(`→ ${call}\n← ${bytes} bytes: ${JSON.stringify(answer)}`);
  }

  /** Without what differs from time to time: places, and the length of numbers. Hashes and ids have one length. */
  #measure(answer: unknown): number {
    let text = JSON.stringify(answer);
    for (const place of this.#places) text = text.replaceAll(place, "/place");
    const hashes = /\b[0-9a-f]{7,64}\b/g;
    return Buffer.byteLength(
      text.replace(hashes, (hash) => "#".repeat(hash.length)).replace(/\d+(\.\d+)?/g, "0"),
    );
  }
}
