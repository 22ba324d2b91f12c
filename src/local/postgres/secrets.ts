import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import * as z from "zod";
import { codeOf } from "../local-error.ts";
import { writeWhole } from "../whole-file.ts";

/** Passwords of the roles that only this program logs in as. They never leave the state directory. */
const secrets = z.object({
  /** Of the superuser. */
  admin: z.string().min(1),
  /** Of the caller's own role, given to Postgres by the proxy once it has checked a credential. */
  identity: z.string().min(1),
});
export type Secrets = z.infer<typeof secrets>;

/** Reads the passwords of a state directory, making them on first use. */
export async function loadSecrets(file: string): Promise<Secrets> {
  try {
    return secrets.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
  }
  const made = { admin: randomSecret(), identity: randomSecret() };
  await writeWhole(file, JSON.stringify(made));
  return made;
}

/** 256 bits, safe in URLs and shells. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}
