import { createHash } from "node:crypto";
import * as z from "zod";
import { randomSecret } from "../postgres/secrets.ts";
import { readWhole, writeWhole } from "../whole-file.ts";

const credentialFile = z.record(
  z.string(),
  z.object({ endpoint_uid: z.string(), expire_time: z.iso.datetime() }),
);

/** How a login attempt with a token was judged. */
export type Verdict = "valid" | "expired" | "unknown";

/** Passwords for endpoints, each with an end. Only their hashes are kept. */
export class Credentials {
  readonly #file: string;
  readonly #known: Map<string, { endpoint_uid: string; expire_time: string }>;

  private constructor(file: string, known: z.infer<typeof credentialFile>) {
    this.#file = file;
    this.#known = new Map(Object.entries(known));
  }

  static async open(file: string): Promise<Credentials> {
    return new Credentials(file, (await readWhole(file, credentialFile)) ?? {});
  }

  /** Makes a token that logs in to one endpoint until a time. */
  async issue(endpointUid: string, expireTime: Date): Promise<string> {
    const token = randomSecret();
    this.#known.set(hash(token), { endpoint_uid: endpointUid, expire_time: expireTime.toISOString() });
    // An expired one is kept for a day, so that a late login is told why it fails.
    for (const [key, { expire_time }] of this.#known) {
      if (Date.parse(expire_time) < Date.now() - 86_400_000) this.#known.delete(key);
    }
    await writeWhole(this.#file, JSON.stringify(Object.fromEntries(this.#known)));
    return token;
  }

  /** Judges a token given as the password for an endpoint. */
  check(token: string, endpointUid: string): Verdict {
    const found = this.#known.get(hash(token));
    if (!found || found.endpoint_uid !== endpointUid) return "unknown";
    return Date.parse(found.expire_time) > Date.now() ? "valid" : "expired";
  }
}

/** A token has 256 random bits, so a plain hash cannot be searched. */
function hash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
