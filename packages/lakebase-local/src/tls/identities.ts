import { createHash, X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import type { Home } from "../home.ts";
import type { Identity } from "../proxy/encryption.ts";
import type { CertifiedKey } from "./authority.ts";

/** What the endpoints show to clients that want TLS: a certificate for each address, made when it is first asked for. */
export class Identities {
  readonly #home: Home;
  #authority: Promise<CertifiedKey> | undefined;
  readonly #known = new Map<string, Promise<Identity>>();

  constructor(home: Home) {
    this.#home = home;
  }

  /** @param address that the client connected to */
  at(address: string): Promise<Identity> {
    const known = this.#known.get(address);
    if (known) return known;
    const made = this.#make(address);
    this.#known.set(address, made);
    // Tries again after a failure, such as a full disk.
    made.catch(() => this.#known.delete(address));
    return made;
  }

  /** The file that clients check certificates by; it is there from now on. */
  async authorityFile(): Promise<string> {
    await this.#loadAuthority();
    return this.#home.caFile;
  }

  async #make(address: string): Promise<Identity> {
    const { issueCertificate } = await import("./authority.ts");
    const { certificate, key } = await issueCertificate(await this.#loadAuthority(), address);
    const endPoint = createHash("sha256").update(new X509Certificate(certificate).raw).digest();
    return { context: createSecureContext({ cert: certificate, key, minVersion: "TLSv1.2" }), endPoint };
  }

  #loadAuthority(): Promise<CertifiedKey> {
    if (this.#authority) return this.#authority;
    // Loaded only here: a daemon whose clients need no TLS stays small.
    const loaded = import("./authority.ts").then(({ loadAuthority }) => loadAuthority(this.#home));
    this.#authority = loaded;
    loaded.catch(() => {
      this.#authority = undefined;
    });
    return loaded;
  }
}
