import { once } from "node:events";
import { expect, test } from "vitest";
import { authenticate, ProtocolViolation } from "../../src/proxy/authenticate.ts";
import type { Verifier } from "../../src/proxy/scram.ts";
import { OpeningReader } from "../../src/proxy/wire.ts";
import { firstStep, lastStep, parameters, verify } from "./scram-client.ts";
import { connectPair, message } from "./sockets.ts";

const bare = "n=,r=abcdefgh";
const endPoint = Buffer.from("hash of a certificate");

/** A server that waits for a proof of one of some passwords, and the client's end of it. */
async function open({ passwords = ["right"], isEncrypted = false } = {}) {
  const { client, server } = await connectPair();
  const known = await Promise.all(passwords.map(verify));
  const secrets = { ...parameters, known: (): Verifier[] => known };
  const reader = new OpeningReader(server);
  const outcome = authenticate(server, reader, secrets, isEncrypted ? endPoint : undefined);
  outcome.catch(() => {});
  const replies = new OpeningReader(client);
  /** The text of the server's next message, after its kind. */
  const hear = async () => (await replies.message())?.body.subarray(4).toString();
  return { client, outcome, known, hear };
}

test("offers channel binding only where there is a channel to bind to", async () => {
  const plain = await open();
  expect(await plain.hear()).toBe("SCRAM-SHA-256\0\0");
  const secure = await open({ isEncrypted: true });
  expect(await secure.hear()).toBe("SCRAM-SHA-256-PLUS\0SCRAM-SHA-256\0\0");
});

test.each([0, 1, 2])("finds out which of several passwords a client knows: number %i", async (place) => {
  const passwords = ["one", "two", "three"];
  const { client, outcome, known, hear } = await open({ passwords });
  await hear();
  client.write(firstStep("SCRAM-SHA-256", `n,,${bare}`));
  client.write(lastStep(passwords[place] ?? "", bare, (await hear()) ?? ""));
  expect(await outcome).toMatchObject({ verifier: known[place] });
  expect(await hear()).toMatch(/^v=/);
});

test("answers a client that knows none of the passwords with nothing", async () => {
  const { client, outcome, hear } = await open({ passwords: ["one", "two"] });
  await hear();
  client.write(firstStep("SCRAM-SHA-256", `n,,${bare}`));
  client.write(lastStep("three", bare, (await hear()) ?? ""));
  expect(await outcome).toBeUndefined();
});

test("binds a proof to the channel, and refuses it over another one", async () => {
  const { client, outcome, hear } = await open({ isEncrypted: true });
  await hear();
  client.write(firstStep("SCRAM-SHA-256-PLUS", `p=tls-server-end-point,,${bare}`));
  const header = `p=tls-server-end-point,,${endPoint.toString("latin1")}`;
  client.write(lastStep("right", bare, (await hear()) ?? "", header));
  expect(await outcome).toBeDefined();

  const other = await open({ isEncrypted: true });
  await other.hear();
  other.client.write(firstStep("SCRAM-SHA-256-PLUS", `p=tls-server-end-point,,${bare}`));
  const foreign = "p=tls-server-end-point,,hash of another one";
  other.client.write(lastStep("right", bare, (await other.hear()) ?? "", foreign));
  await expect(other.outcome).rejects.toThrow(new ProtocolViolation("SCRAM channel binding check failed"));
});

const malformed = "malformed SCRAM message";
const negotiation = "SCRAM channel binding negotiation error";
test.each<[string, string, string, boolean, string]>([
  ["no nonce", "SCRAM-SHA-256", "n,,n=me", false, malformed],
  ["an empty nonce", "SCRAM-SHA-256", "n,,n=me,r=", false, malformed],
  ["an identity to act for", "SCRAM-SHA-256", `n,a=other,${bare}`, false, malformed],
  ["another kind of binding", "SCRAM-SHA-256-PLUS", `p=tls-unique,,${bare}`, true, malformed],
  ["another mechanism", "SCRAM-SHA-1", `n,,${bare}`, false, malformed],
  ["no text", "SCRAM-SHA-256", "", false, malformed],
  ["binding without a channel", "SCRAM-SHA-256-PLUS", `p=tls-server-end-point,,${bare}`, false, negotiation],
  ["binding that the mechanism lacks", "SCRAM-SHA-256", `p=tls-server-end-point,,${bare}`, true, negotiation],
  ["a mechanism whose binding it leaves out", "SCRAM-SHA-256-PLUS", `n,,${bare}`, true, negotiation],
  ["a sign that it was deceived", "SCRAM-SHA-256", `y,,${bare}`, true, negotiation],
])("refuses a first step with %s", async (_what, mechanism, text, isEncrypted, reason) => {
  const { client, outcome } = await open({ isEncrypted });
  client.write(firstStep(mechanism, text));
  await expect(outcome).rejects.toThrow(new ProtocolViolation(reason));
});

test("takes no offence at a client that could bind, where there is no channel", async () => {
  const { client, outcome, hear } = await open();
  await hear();
  client.write(firstStep("SCRAM-SHA-256", `y,,${bare}`));
  client.write(lastStep("right", bare, (await hear()) ?? "", "y,,"));
  expect(await outcome).toBeDefined();
});

test.each([
  ["another nonce", () => message("p", "c=biws,r=other,p=AAAA"), "invalid SCRAM response"],
  ["no proof", () => message("p", "c=biws,r=other"), "invalid SCRAM response"],
  ["nothing", () => message("p", ""), "invalid SCRAM response"],
  [
    "another header than before",
    (challenge: string) => lastStep("right", bare, challenge, "y,,"),
    "SCRAM channel binding check failed",
  ],
])("refuses a last step with %s", async (_what, step, reason) => {
  const { client, outcome, hear } = await open();
  await hear();
  client.write(firstStep("SCRAM-SHA-256", `n,,${bare}`));
  client.write(step((await hear()) ?? ""));
  await expect(outcome).rejects.toThrow(new ProtocolViolation(reason));
});

test.each([
  ["hangs up", Buffer.alloc(0)],
  ["sends a query instead", message("Q", "select 1\0")],
  ["hangs up in the middle of its step", firstStep("SCRAM-SHA-256", `n,,${bare}`).subarray(0, 9)],
])("gives up on a client that %s", async (_what, bytes) => {
  const { client, outcome } = await open();
  client.end(bytes);
  expect(await outcome).toBe("gone");
  if (!client.closed) await once(client.destroy(), "close");
});
