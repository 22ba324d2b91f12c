import { randomBytes } from "node:crypto";
import type { Socket } from "node:net";
import { askForSasl, saslStep } from "./messages.ts";
import { checkProof, parseAttributes, type ScramParameters, sign, type Verifier } from "./scram.ts";
import type { OpeningReader } from "./wire.ts";

/** The passwords that a user may prove to know; all are hashed with the same parameters. */
export interface Secrets<Known extends Verifier> extends ScramParameters {
  /** Called when the proof arrives, because a client may obtain its password only after it was asked for it. */
  known: () => Known[];
}

/** Which password the client knows, and its key. */
export interface ProvenPassword<Known extends Verifier> {
  verifier: Known;
  clientKey: Buffer;
}

/** The client violated the protocol, and is not told what was wrong with its password. */
export class ProtocolViolation extends Error {}

const plain = "SCRAM-SHA-256";
const bound = "SCRAM-SHA-256-PLUS";

/**
 * Lets a client prove by SCRAM that it knows a password. The password itself is never sent.
 * @param endPoint the hash that ties the proof to the TLS session, where there is one (RFC 5929)
 * @returns undefined when it knows none of them; "gone" when it hung up
 * @throws ProtocolViolation
 */
export async function authenticate<Known extends Verifier>(
  client: Socket,
  reader: OpeningReader,
  secrets: Secrets<Known>,
  endPoint: Buffer | undefined,
): Promise<ProvenPassword<Known> | undefined | "gone"> {
  client.write(askForSasl(endPoint ? [bound, plain] : [plain]));
  const start = await reader.message();
  if (start?.type !== "p") return "gone";
  const { header, bare, nonce } = parseStart(start.body, endPoint !== undefined);
  const wholeNonce = nonce + randomBytes(18).toString("base64");
  const challenge = `r=${wholeNonce},s=${secrets.salt.toString("base64")},i=${secrets.iterations}`;
  client.write(saslStep(challenge, false));
  const answer = await reader.message();
  if (answer?.type !== "p") return "gone";
  const [, unsigned = "", proof = ""] = /^(.*),p=([^,]*)$/.exec(answer.body.toString("utf8")) ?? [];
  const attributes = parseAttributes(unsigned);
  const binding = Buffer.concat([
    Buffer.from(header),
    header.startsWith("p") ? (endPoint ?? Buffer.alloc(0)) : Buffer.alloc(0),
  ]);
  if (attributes.get("r") !== wholeNonce) throw new ProtocolViolation("invalid SCRAM response");
  if (attributes.get("c") !== binding.toString("base64")) {
    throw new ProtocolViolation("SCRAM channel binding check failed");
  }
  const messages = `${bare},${challenge},${unsigned}`;
  for (const verifier of secrets.known()) {
    const clientKey = checkProof(verifier, messages, Buffer.from(proof, "base64"));
    if (!clientKey) continue;
    client.write(saslStep(`v=${sign(verifier, messages)}`, true));
    return { verifier, clientKey };
  }
  return undefined;
}

/** Reads the client's first step: the way it chose, and `n,,n=user,r=nonce`. The name in it is not used. */
function parseStart(body: Buffer, isEncrypted: boolean): { header: string; bare: string; nonce: string } {
  const end = body.indexOf(0);
  const mechanism = body.subarray(0, end).toString("utf8");
  const text = body.subarray(end + 5).toString("utf8");
  const [, header = "", bare = ""] =
    /^((?:n|y|p=tls-server-end-point),,)(n=[^,]*,r=[!-+\--~]+.*)$/.exec(text) ?? [];
  const nonce = parseAttributes(bare).get("r");
  if (!nonce || ![plain, bound].includes(mechanism)) throw new ProtocolViolation("malformed SCRAM message");
  // A client that supports channel binding, and thinks that we do not, was deceived.
  const isDowngraded = header.startsWith("y") && isEncrypted;
  if (
    isDowngraded ||
    header.startsWith("p") !== (mechanism === bound) ||
    (mechanism === bound && !isEncrypted)
  ) {
    throw new ProtocolViolation("SCRAM channel binding negotiation error");
  }
  return { header, bare, nonce };
}
