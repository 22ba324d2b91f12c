import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../tests/support/machine/temporary.ts";
import { findHome } from "../../src/home.ts";
import { type Gate, Refusal, serveSession } from "../../src/proxy/session.ts";
import { OpeningReader } from "../../src/proxy/wire.ts";
import { Identities } from "../../src/tls/identities.ts";
import { firstStep, lastStep, parameters, verify } from "./scram-client.ts";
import { cancelRequest, connectPair, gssRequest, opening, readAll, sslRequest, startup } from "./sockets.ts";

const bare = "n=,r=abcdefgh";

/** A session at an endpoint whose branch does not start, and the client's end of it. */
async function open(gate: Partial<Gate> = {}): Promise<{ client: Socket; session: Promise<void> }> {
  const { client, server } = await connectPair();
  const known = [await verify("right"), { ...(await verify("late")), refusal: "It has expired." }];
  const session = serveSession(server, {
    userName: "me",
    password: "internal",
    findSecrets: async () => ({ ...parameters, known: () => known }),
    identity: () => Promise.reject(new Error("This endpoint has no certificate.")),
    wake: () => Promise.reject(new Refusal("57P03", "the endpoint is disabled")),
    restorePassword: async () => {},
    runningPort: () => undefined,
    ...gate,
  });
  session.catch(() => {});
  return { client, session };
}

/** Proves to know a password, and returns the fields of the error that this ends with. */
async function logIn(client: Socket, user: string, password: string): Promise<string[]> {
  const replies = new OpeningReader(client);
  client.write(startup(user));
  await replies.message();
  client.write(firstStep("SCRAM-SHA-256", `n,,${bare}`));
  const challenge = (await replies.message())?.body.subarray(4).toString() ?? "";
  client.write(lastStep(password, bare, challenge));
  for (;;) {
    const found = await replies.message();
    if (found === undefined) return [];
    if (found.type === "E") return found.body.toString().split("\0").filter(Boolean);
  }
}

const fatal = (code: string, ...rest: string[]) => ["SFATAL", "VFATAL", `C${code}`, ...rest];

test("refuses a wrong password, and tells the credentials' user what it should be", async () => {
  const mine = await open();
  expect(await logIn(mine.client, "me", "wrong")).toEqual(
    fatal(
      "28P01",
      'Mpassword authentication failed for user "me"',
      "DThe password is no credential for this endpoint.",
    ),
  );
  const other = await open();
  expect(await logIn(other.client, "you", "wrong")).toEqual(
    fatal("28P01", 'Mpassword authentication failed for user "you"'),
  );
});

test("says why a password is refused that is known", async () => {
  const { client } = await open();
  expect(await logIn(client, "me", "late")).toEqual(
    fatal("28P01", 'Mpassword authentication failed for user "me"', "DIt has expired."),
  );
});

test.each([
  [new Refusal("53300", "too many active computes: 1 of 1 in use"), "53300"],
  [new Refusal("57P03", "the endpoint is disabled"), "57P03"],
  [new Error("initdb is missing"), "57P03"],
])("lets in, and passes on that the branch does not start: %s", async (failure, code) => {
  const { client } = await open({ wake: () => Promise.reject(failure) });
  expect(await logIn(client, "me", "right")).toEqual(fatal(code, `M${failure.message}`));
});

test("answers a step of SASL that is none with a violation of the protocol", async () => {
  const { client } = await open();
  const replies = new OpeningReader(client);
  client.write(Buffer.concat([startup("me"), firstStep("PLAIN", "secret")]));
  await replies.message();
  expect((await replies.message())?.body.toString()).toContain("C08P01\0Mmalformed SCRAM message\0");
});

test("declines GSS, and then serves", async () => {
  const { client } = await open();
  client.write(gssRequest);
  const [reply] = await once(client, "data");
  expect(String(reply)).toBe("N");
  expect(await logIn(client, "me", "wrong")).toContain("C28P01");
});

test.each([
  ["text sent along with the wish for TLS", Buffer.concat([sslRequest, startup("me")])],
  ["a third wish", Buffer.concat([gssRequest, gssRequest, gssRequest])],
  ["something else than Postgres' protocol", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["nothing", Buffer.alloc(0)],
])("hangs up on %s, without a word of a session", async (_what, bytes) => {
  const identities = new Identities(findHome({ LAKEBASE_LOCAL_HOME: await temporaryFolder() }));
  const { client, session } = await open({ identity: () => identities.at("127.0.0.1") });
  const heard = readAll(client);
  client.write(bytes);
  if (bytes.length === 0) client.end();
  await session;
  expect((await heard).toString().replaceAll("N", "")).toBe("");
});

test("has nothing to cancel at a branch that rests", async () => {
  const { client, session } = await open();
  const heard = readAll(client);
  client.write(cancelRequest);
  await session;
  expect(await heard).toEqual(Buffer.alloc(0));
});

test("asks a session of an unknown protocol version for a password all the same", async () => {
  const { client } = await open();
  client.write(opening(196_610, "user\0me\0\0"));
  const [reply] = await once(client, "data");
  expect(String(reply)).toMatch(/^R/);
});
