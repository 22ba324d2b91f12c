import { createHmac, pbkdf2Sync } from "node:crypto";
import { makeProof, makeVerifier, type ScramParameters } from "../../src/proxy/scram.ts";
import { int32, message } from "./sockets.ts";

export const parameters: ScramParameters = { salt: Buffer.from("a salt of a test"), iterations: 4096 };
export const verify = (password: string) => makeVerifier(password, parameters);

/** A client's first step of SASL. */
export const firstStep = (mechanism: string, text: string) =>
  message("p", Buffer.concat([Buffer.from(`${mechanism}\0`), int32(text.length), Buffer.from(text)]));

/** A client's last step, with the proof of a password over the messages before. */
export function lastStep(password: string, bare: string, challenge: string, binding = "n,,"): Buffer {
  const nonce = /^r=([^,]*)/.exec(challenge)?.[1] ?? "";
  const unsigned = `c=${Buffer.from(binding, "latin1").toString("base64")},r=${nonce}`;
  const salted = pbkdf2Sync(password, parameters.salt, parameters.iterations, 32, "sha256");
  const clientKey = createHmac("sha256", salted).update("Client Key").digest();
  const proof = makeProof(clientKey, `${bare},${challenge},${unsigned}`);
  return message("p", `${unsigned},p=${proof.toString("base64")}`);
}
