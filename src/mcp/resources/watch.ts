import { modifiedAt } from "../../utils/files/files.ts";

/** In milliseconds. Looking beats being told: records come by rename, from other processes, also on network file systems. */
const interval = 1_000;

export interface Watched {
  /** What is listed, as one text. */
  describeListed: () => Promise<string>;
  findFiles: (uri: string) => Promise<string[]>;
}

export interface Announce {
  listChanged: () => void;
  updated: (uri: string) => void;
}

/**
 * Looks at what a client asked to be told of, and at nothing else: the list once it was asked for, and resources that
 * it subscribed to.
 */
export class Watch {
  readonly #marks = new Map<string, string>();
  readonly #watched: Watched;
  readonly #announce: Announce;
  #listed: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: Watched, announce: Announce) {
    this.#watched = watched;
    this.#announce = announce;
  }

  async followList(): Promise<void> {
    this.#listed ??= await this.#watched.describeListed();
    this.#begin();
  }

  /** @throws what `findFiles` throws for an address that leads nowhere */
  async follow(uri: string): Promise<void> {
    this.#marks.set(uri, await this.#mark(uri));
    this.#begin();
  }

  unfollow(uri: string): void {
    this.#marks.delete(uri);
  }

  #begin(): void {
    this.#timer ??= setTimeout(() => void this.#look(), interval).unref();
  }

  async #look(): Promise<void> {
    try {
      await this.#lookAtList();
      for (const uri of this.#marks.keys()) await this.#lookAt(uri);
    } catch {
      // What cannot be read now may be at the next look.
    } finally {
      this.#timer = undefined;
      this.#begin();
    }
  }

  async #lookAtList(): Promise<void> {
    if (this.#listed === undefined) return;
    const listed = await this.#watched.describeListed();
    if (listed === this.#listed) return;
    this.#listed = listed;
    this.#announce.listChanged();
  }

  async #lookAt(uri: string): Promise<void> {
    const mark = await this.#mark(uri);
    // The client may have let go of it meanwhile.
    if (this.#marks.get(uri) === undefined || this.#marks.get(uri) === mark) return;
    this.#marks.set(uri, mark);
    this.#announce.updated(uri);
  }

  async #mark(uri: string): Promise<string> {
    const files = await this.#watched.findFiles(uri);
    return files.map((path) => `${path} ${modifiedAt(path)}`).join("\n");
  }
}
