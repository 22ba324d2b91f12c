import { createHash } from "node:crypto";
import PQueue from "p-queue";
import * as z from "zod";
import type { Compute } from "../postgres/compute.ts";
import type { Secrets } from "../proxy/authenticate.ts";
import { defaultIterations, parseVerifier } from "../proxy/scram.ts";
import type { KnownPassword } from "../proxy/session.ts";

const rows = z.array(z.object({ rolpassword: z.string().nullable() }));

/** The passwords of the roles that a branch's users made, as Postgres keeps them. */
export class RoleSecrets {
  readonly #compute: Compute;
  /** However many strangers connect, they use a single session of the server. */
  readonly #lookups = new PQueue({ concurrency: 1 });

  constructor(compute: Compute) {
    this.#compute = compute;
  }

  /** What a login as a role is checked against. An unknown role looks like one whose password is not known. */
  async of(role: string): Promise<Secrets<KnownPassword>> {
    const found = await this.#lookups.add(() => this.#find(role));
    const verifier = parseVerifier(found ?? "");
    if (verifier) return { salt: verifier.salt, iterations: verifier.iterations, known: () => [verifier] };
    const salt = createHash("sha256").update(`no role ${this.#compute.directory} ${role}`).digest();
    return { salt: salt.subarray(0, 16), iterations: defaultIterations, known: () => [] };
  }

  async #find(role: string): Promise<string | undefined> {
    const sql = "SELECT rolpassword FROM pg_authid WHERE rolname = $1";
    const found = await this.#compute.withAdmin("postgres", (admin) => admin.query(sql, [role]));
    return rows.parse(found.rows)[0]?.rolpassword ?? undefined;
  }
}
