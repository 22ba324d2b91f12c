import { createHash } from "node:crypto";
import * as z from "zod";
import { findTrouble } from "../../machine-trouble.ts";
import { makeSecret } from "../../postgres/secrets.ts";
import type { Secrets } from "../../proxy/authenticate.ts";
import { defaultIterations, makeVerifier, type ScramParameters } from "../../proxy/scram.ts";
import type { KnownPassword } from "../../proxy/session.ts";
import { readWhole, writeWhole } from "../../whole-file.ts";

const credential = z.object({
  endpoint_uid: z.string(),
  expire_time: z.iso.datetime(),
  /** The SCRAM verifier, in base64. One that an older version made has none, and is over within the hour. */
  stored_key: z.string().default(""),
  server_key: z.string().default(""),
});
const credentialFile = z.record(z.string(), credential);
type Credential = z.infer<typeof credential>;

/** Passwords for endpoints, each with an end. Only what checks them is kept. */
export class Credentials {
  readonly #file: string;
  readonly #known: Map<string, Credential>;

  private constructor(file: string, known: z.infer<typeof credentialFile>) {
    this.#file = file;
    this.#known = new Map(Object.entries(known));
  }

  static async open(file: string): Promise<Credentials> {
    return new Credentials(file, (await readWhole(file, credentialFile)) ?? {});
  }

  /** Makes a token that logs in to one endpoint until a time. */
  async issue(endpointUid: string, expireTime: Date): Promise<string> {
    const token = makeSecret();
    const { storedKey, serverKey } = await makeVerifier(token, chooseStretching(endpointUid));
    this.#known.set(hash(token), {
      endpoint_uid: endpointUid,
      expire_time: expireTime.toISOString(),
      stored_key: storedKey.toString("base64"),
      server_key: serverKey.toString("base64"),
    });
    // An expired one is kept for a day, so that a late login is told why it fails.
    for (const [key, { expire_time }] of this.#known) {
      if (Date.parse(expire_time) < Date.now() - 86_400_000) this.#known.delete(key);
    }
    // Issued even on a full disk: then it is valid until the daemon ends.
    await writeWhole(this.#file, JSON.stringify(Object.fromEntries(this.#known))).catch((error) => {
      if (!findTrouble(error)) throw error;
    });
    return token;
  }

  /** What a login to an endpoint is checked against. */
  findSecrets(endpointUid: string): Secrets<KnownPassword> {
    const isOurs = ({ endpoint_uid }: Credential) => endpoint_uid === endpointUid;
    const known = () => [...this.#known.values()].filter(isOurs).map(asPassword);
    return { ...chooseStretching(endpointUid), known };
  }

  /** The endpoint that a token logs in to now, if there is one. */
  findEndpoint(token: string): string | undefined {
    const found = this.#known.get(hash(token));
    return found && isValid(found) ? found.endpoint_uid : undefined;
  }
}

/** A client gets these before it says which password it has, so all passwords of an endpoint share them. */
function chooseStretching(endpointUid: string): ScramParameters {
  const salt = createHash("sha256").update(`salt of ${endpointUid}`).digest().subarray(0, 16);
  return { salt, iterations: defaultIterations };
}

function asPassword(credential: Credential): KnownPassword {
  return {
    storedKey: Buffer.from(credential.stored_key, "base64"),
    serverKey: Buffer.from(credential.server_key, "base64"),
    ...(!isValid(credential) && { refusal: "The credential has expired; generate a new one." }),
  };
}

function isValid({ expire_time }: Credential): boolean {
  return Date.parse(expire_time) > Date.now();
}

/** A token has 256 random bits, so a plain hash cannot be searched. */
function hash(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}
