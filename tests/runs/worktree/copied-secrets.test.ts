import { generateKeyPairSync } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createRedactor } from "../../../src/runs/redaction/redact.ts";
import { findSecrets, readCopiedSecrets } from "../../../src/runs/worktree/copied-secrets.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

it("finds values with secret-sounding names, and logins in URLs", () => {
  const text = `# API_KEY=in-a-comment
API_KEY=sk-live-1
export AUTH_TOKEN="quoted, 2"
password: 's3cret'
"clientSecret": "json-4",
DB=postgres://me:pa55word@host/db
PLAIN=nothing-secret-here
DB_PASSWORD=postgres
EMPTY_SECRET=
`;
  expect(findSecrets(text)).toEqual([
    "sk-live-1",
    "quoted, 2",
    "s3cret",
    "json-4",
    "postgres://me:pa55word@host/db",
    "pa55word",
  ]);
});

describe("takes a value as programs do", () => {
  it.each<[string, string, string]>([
    ["quoted, with a comment behind it", `API_KEY="sk-live-1234" # of production`, "sk-live-1234"],
    ["in single quotes, with a comment behind it", "API_KEY='sk-live-1234'   # theirs", "sk-live-1234"],
    ["in backticks", "API_KEY=`sk-live-1234`", "sk-live-1234"],
    ["with a comment behind it", "API_KEY=sk-live-1234 # of production", "sk-live-1234"],
    ["with a number sign in it", "API_KEY=sk#live#1234", "sk#live#1234"],
    ["with quotes in it", String.raw`API_KEY="sk-\"live\"-1234"`, 'sk-"live"-1234'],
    ["with an equals sign in it", "API_KEY=c2stbGl2ZQ==", "c2stbGl2ZQ=="],
    ["with blanks around the sign", "api_key = sk-live-1234", "sk-live-1234"],
    ["at the end of a line of Windows", "API_KEY=sk-live-1234\r\nPORT=1\r\n", "sk-live-1234"],
    ["in JSON on one line", '{"name":"x","token":"sk-live-1234","port":1}', "sk-live-1234"],
    ["in a list of YAML on one line", "{user: me, password: sk-live-1234, port: 1}", "sk-live-1234"],
    ["in a hash of Ruby", `{ :password => "sk-live-1234" }`, "sk-live-1234"],
    ["in JavaScript", "export const apiKey = 'sk-live-1234';", "sk-live-1234"],
    ["of npm", "//registry.example.com/:_authToken=npm_1234abcd", "npm_1234abcd"],
    ["of npm, with a name and password", "//registry.example.com/:_auth=bWU6cGE1NQ==", "bWU6cGE1NQ=="],
    ["in a URL in quotes", 'url = "postgres://me:pa55-word@host/db"', "pa55-word"],
  ])("%s", (_where, text, secret) => {
    expect(findSecrets(text)).toContain(secret);
  });
});

it("masks a value that goes on over several lines, and each of its lines", () => {
  const text = `A=1\nSIGNING_SECRET="first-line-1\nsecond-line-2"\nB=2\n`;
  const redactor = createRedactor(findSecrets(text));
  expect(redactor.text("x first-line-1\nsecond-line-2 x")).toBe("x [redacted] x");
  expect(redactor.text("x second-line-2 x")).toBe("x [redacted] x");
  expect(redactor.text("A=1, B=2")).toBe("A=1, B=2");
});

it("masks a private key, whichever file it is in and however that is indented", () => {
  const { privateKey } = generateKeyPairSync("ed25519");
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const [, body = ""] = pem.split("\n");
  const yaml = `tls:\n  key: |\n${pem.replace(/^/gm, "    ")}`;
  const json = JSON.stringify({ type: "service_account", private_key: pem });
  for (const file of [pem, yaml, json, `PRIVATE_KEY="${pem}"`, `KEY="${pem.replaceAll("\n", "\\n")}"`])
    expect(createRedactor(findSecrets(file)).text(`it reads ${body}.`)).toBe("it reads [redacted].");
});

it("finds nothing in a comment, in a plain setting or in prose", () => {
  const text = "# TOKEN=abcdef123456\nPORT=3000\nTOKEN_NAME=\nA token is needed to log in.\nsecret: word\n";
  expect(findSecrets(text)).toEqual([]);
  expect(findSecrets("")).toEqual([]);
});

it("reads the copies on both sides, whichever of them are there", async () => {
  const [main, own] = [await temporaryFolder(), await temporaryFolder()];
  await writeFile(join(main, ".env"), "API_TOKEN=of-main-1\n");
  await writeFile(join(own, ".env"), "API_TOKEN=of-worktree-2\n");
  await writeFile(join(main, "keys.json"), '{"apiKey":"only-main-3"}');
  await mkdir(join(own, "folder"));
  const found = await readCopiedSecrets([own, main], [".env", "keys.json", "folder", "gone"]);
  expect(found.sort()).toEqual(["of-main-1", "of-worktree-2", "only-main-3"]);
});
