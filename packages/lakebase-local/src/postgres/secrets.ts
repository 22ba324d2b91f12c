import { randomBytes } from "node:crypto";
import * as z from "zod";
import { readWhole, writeWhole } from "../whole-file.ts";

/** The roles that this program logs in as. The passwords never leave the state directory. */
const secrets = z.object({
  /** The caller's own role. The data knows it by this name, whoever runs the daemon later. */
  user_name: z.string().min(1),
  /** The superuser's password. */
  admin: z.string().min(1),
  /** The password of the caller's own role, given to Postgres by the proxy once it has checked a credential. */
  identity: z.string().min(1),
});
export type Secrets = z.infer<typeof secrets>;

/** Reads the secrets of a state directory, making them on first use. */
export async function loadSecrets(file: string, userName: string): Promise<Secrets> {
  const known = await readWhole(file, secrets);
  if (known) return known;
  const made = { user_name: userName, admin: makeSecret(), identity: makeSecret() };
  await writeWhole(file, JSON.stringify(made));
  return made;
}

/** 256 bits, safe in URLs and shells. */
export function makeSecret(): string {
  return randomBytes(32).toString("base64url");
}
