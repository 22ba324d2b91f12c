import { expect, test } from "vitest";
import {
  checkProof,
  makeProof,
  makeVerifier,
  parseAttributes,
  parseVerifier,
  sign,
} from "../../src/proxy/scram.ts";

/** The exchange that RFC 7677 shows, with the password `pencil`. */
const rfc = {
  salt: Buffer.from("W22ZaJ0SNY7soEsUEjb6gQ==", "base64"),
  iterations: 4096,
  messages:
    "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0," +
    "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
  proof: Buffer.from("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "base64"),
  signature: "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
};

test("accepts the proof of RFC 7677's example, and proves the password in turn", async () => {
  const verifier = await makeVerifier("pencil", rfc);
  const clientKey = checkProof(verifier, rfc.messages, rfc.proof);
  expect(clientKey).toBeDefined();
  expect(sign(verifier, rfc.messages)).toBe(rfc.signature);
  expect(makeProof(clientKey ?? Buffer.alloc(0), rfc.messages)).toEqual(rfc.proof);
});

test.each([
  ["another password", "pencils", rfc.messages, rfc.proof],
  ["other messages", "pencil", `${rfc.messages}x`, rfc.proof],
  ["another proof", "pencil", rfc.messages, Buffer.alloc(32, 1)],
  ["half of the proof", "pencil", rfc.messages, rfc.proof.subarray(0, 16)],
  ["the proof with more behind it", "pencil", rfc.messages, Buffer.concat([rfc.proof, Buffer.of(0)])],
  ["no proof", "pencil", rfc.messages, Buffer.alloc(0)],
])("refuses %s", async (_what, password, messages, proof) => {
  expect(checkProof(await makeVerifier(password, rfc), messages, proof)).toBeUndefined();
});

test("reads a verifier as Postgres stores it", async () => {
  const { storedKey, serverKey } = await makeVerifier("pencil", rfc);
  const [salt, stored, server] = [rfc.salt, storedKey, serverKey].map((part) => part.toString("base64"));
  expect(parseVerifier(`SCRAM-SHA-256$4096:${salt}$${stored}:${server}`)).toEqual({
    salt: rfc.salt,
    iterations: 4096,
    storedKey,
    serverKey,
  });
});

test.each([
  "",
  "md5a3556571e93b0d20722ba62be61e8c2d",
  "pencil",
  "SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk",
  "SCRAM-SHA-256$many:c2FsdA==$c3RvcmVk:c2VydmVy",
  "SCRAM-SHA-1$4096:c2FsdA==$c3RvcmVk:c2VydmVy",
])("takes the stored password %j for another kind", (text) => {
  expect(parseVerifier(text)).toBeUndefined();
});

test("repeats the hash of a password as many times as asked", async () => {
  const once = await makeVerifier("pencil", { ...rfc, iterations: 1 });
  expect(once.storedKey).not.toEqual((await makeVerifier("pencil", rfc)).storedKey);
});

test("reads attributes by letter, and keeps equal signs in values", () => {
  expect([...parseAttributes("r=abc,s=c2FsdA==,i=4096,x")]).toEqual([
    ["r", "abc"],
    ["s", "c2FsdA=="],
    ["i", "4096"],
    ["x", ""],
  ]);
});
