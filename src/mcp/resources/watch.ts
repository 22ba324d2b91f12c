import { readModificationTime } from "../../utils/files/files.ts";

/**
 * In milliseconds. Polling is more reliable than file events: records are renamed into place, by other processes,
 * possibly on network file systems.
 */
const interval = 1_000;

export interface Watched {
  /** Lists the URIs of all resources, as one text. */
  describeListed: () => Promise<string>;
  findFiles: (uri: string) => Promise<string[]>;
}

export interface ChangeNotifier {
  listChanged: () => void;
  updated: (uri: string) => void;
}

/** Watches only what a client asked for: the list once it was requested, and subscribed resources. */
export class Watch {
  readonly #versions = new Map<string, string>();
  readonly #watched: Watched;
  readonly #announce: ChangeNotifier;
  #listed: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: Watched, announce: ChangeNotifier) {
    this.#watched = watched;
    this.#announce = announce;
  }

  async followList(): Promise<void> {
    this.#listed ??= await this.#watched.describeListed();
    this.#begin();
  }

  /** @throws whatever `findFiles` throws for an invalid URI */
  async follow(uri: string): Promise<void> {
    this.#versions.set(uri, await this.#readVersion(uri));
    this.#begin();
  }

  unfollow(uri: string): void {
    this.#versions.delete(uri);
  }

  #begin(): void {
    this.#timer ??= setTimeout(() => void this.#check(), interval).unref();
  }

  async #check(): Promise<void> {
    // What cannot be read now may be readable next time, and keeps nothing else from being checked.
    await this.#checkList().catch(() => {});
    for (const uri of this.#versions.keys()) await this.#checkResource(uri).catch(() => {});
    this.#timer = undefined;
    this.#begin();
  }

  async #checkList(): Promise<void> {
    if (this.#listed === undefined) return;
    const listed = await this.#watched.describeListed();
    if (listed === this.#listed) return;
    this.#listed = listed;
    this.#announce.listChanged();
  }

  async #checkResource(uri: string): Promise<void> {
    const version = await this.#readVersion(uri);
    // The client may have unsubscribed meanwhile.
    if (this.#versions.get(uri) === undefined || this.#versions.get(uri) === version) return;
    this.#versions.set(uri, version);
    this.#announce.updated(uri);
  }

  async #readVersion(uri: string): Promise<string> {
    const files = await this.#watched.findFiles(uri);
    return files.map((path) => `${path} ${readModificationTime(path)}`).join("\n");
  }
}
