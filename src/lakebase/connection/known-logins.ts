import { longestTimerMs } from "../../utils/longest-timer.ts";
import { type Lakebase, withProcessCap } from "../lakebase.ts";
import type { Branch } from "../resources.ts";
import type { KnownLogin } from "./known-login.ts";

/** How many CLI processes request logins at the same time. */
const requestsAtOnce = 8;

/**
 * The logins that a process knows, by the uids of their branches, each until it expires. Another branch of the same name
 * has another uid.
 */
export class KnownLogins {
  readonly #lakebase: Lakebase;
  readonly #logins = new Map<string, Promise<KnownLogin | undefined>>();

  constructor(lakebase: Lakebase) {
    // Calls that somebody waits for do not queue behind requests.
    this.#lakebase = withProcessCap(lakebase, requestsAtOnce);
  }

  /** Requests a login to a new branch, which nobody waits for yet. */
  request(branch: Branch): void {
    if (branch.uid !== null) this.#keep(branch.uid, this.#logIn(branch));
  }

  keep(known: KnownLogin): void {
    if (known.branch.uid !== null) this.#keep(known.branch.uid, Promise.resolve(known));
  }

  /** Whether a login is known, or requested. */
  has(uid: string): boolean {
    return this.#logins.has(uid);
  }

  /** Resolves to undefined if none is known, or the request failed. */
  async find(uid: string): Promise<KnownLogin | undefined> {
    return this.#logins.get(uid);
  }

  async #logIn(branch: Branch): Promise<KnownLogin | undefined> {
    // Loaded on first use, so that a server that only lists its tools starts without it.
    const { requestKnownLogin } = await import("./known-login.ts");
    return requestKnownLogin(this.#lakebase, branch);
  }

  #keep(uid: string, requested: Promise<KnownLogin | undefined>): void {
    const login = requested.catch(() => undefined);
    const forget = () => {
      if (this.#logins.get(uid) === login) this.#logins.delete(uid);
    };
    this.#logins.set(uid, login);
    void login.then((known) => {
      const lifeMs = known === undefined ? 0 : Date.parse(known.login.expires_at) - Date.now();
      setTimeout(forget, Math.min(lifeMs, longestTimerMs)).unref();
    });
  }
}
