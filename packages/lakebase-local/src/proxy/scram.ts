import { createHash, createHmac, pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

/** What a server stores instead of a password, to check a client's proof. RFC 5802 with SHA-256, RFC 7677. */
export interface Verifier {
  storedKey: Buffer;
  serverKey: Buffer;
}

/** How a password is hashed before it is used. */
export interface ScramParameters {
  salt: Buffer;
  iterations: number;
}

/** The iterations that Postgres uses unless told otherwise. */
export const defaultIterations = 4096;

const stretch = promisify(pbkdf2);

/** Makes the verifier of a password in ASCII. */
export async function makeVerifier(
  password: string,
  { salt, iterations }: ScramParameters,
): Promise<Verifier> {
  const salted = await stretch(password, salt, iterations, 32, "sha256");
  return { storedKey: sha256(hmac(salted, "Client Key")), serverKey: hmac(salted, "Server Key") };
}

/**
 * Reads a verifier as Postgres stores it: `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`.
 * @returns undefined for another kind of stored password
 */
export function parseVerifier(text: string): (Verifier & ScramParameters) | undefined {
  const match = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):(.+)$/.exec(text);
  if (!match) return undefined;
  const [salt, storedKey, serverKey] = match.slice(2).map((part) => Buffer.from(part, "base64"));
  if (!salt || !storedKey || !serverKey) return undefined;
  return { iterations: Number(match[1]), salt, storedKey, serverKey };
}

/**
 * Checks a client's proof over the messages of an exchange.
 * @returns the client's key, which allows logging in elsewhere on its behalf; undefined when the proof is wrong
 */
export function checkProof(verifier: Verifier, messages: string, proof: Buffer): Buffer | undefined {
  if (proof.length !== 32) return undefined;
  const clientKey = xor(proof, hmac(verifier.storedKey, messages));
  return timingSafeEqual(sha256(clientKey), verifier.storedKey) ? clientKey : undefined;
}

/** A client's proof, made from its key. */
export function makeProof(clientKey: Buffer, messages: string): Buffer {
  return xor(clientKey, hmac(sha256(clientKey), messages));
}

/** The server's own proof that it knows the password. */
export function sign({ serverKey }: Verifier, messages: string): string {
  return hmac(serverKey, messages).toString("base64");
}

/** The attributes of a SCRAM message: `r=…,s=…` by letter. */
export function parseAttributes(text: string): Map<string, string> {
  return new Map(text.split(",").map((part) => [part.slice(0, 1), part.slice(2)]));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function sha256(bytes: Buffer): Buffer {
  return createHash("sha256").update(bytes).digest();
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, place) => byte ^ (right[place] ?? 0)));
}
