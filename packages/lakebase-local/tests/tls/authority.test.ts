import { X509Certificate } from "node:crypto";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../tests/support/machine/temporary.ts";
import { findHome } from "../../src/home.ts";
import { issueCertificate, loadAuthority } from "../../src/tls/authority.ts";
import { Identities } from "../../src/tls/identities.ts";

const open = async () => findHome({ LAKEBASE_LOCAL_HOME: await temporaryFolder() });
const day = 86_400_000;

test("keeps one authority for a state directory, its key for the owner alone", async () => {
  const home = await open();
  const made = await loadAuthority(home);
  expect(await loadAuthority(home)).toEqual(made);
  expect((await stat(home.caFile)).mode & 0o777).toBe(0o644);
  expect((await stat(home.caKeyFile)).mode & 0o777).toBe(0o600);
  expect(await readFile(home.caFile, "utf8")).not.toContain("PRIVATE");
});

test.each([
  ["that was cut off", (text: string) => text.slice(0, 100)],
  ["that is empty", () => ""],
  ["of something else", () => "hello"],
])("makes another authority in place of one %s", async (_what, spoil) => {
  for (const file of ["caFile", "caKeyFile"] as const) {
    const home = await open();
    const first = await loadAuthority(home);
    await writeFile(home[file], spoil(await readFile(home[file], "utf8")));
    const second = await loadAuthority(home);
    expect(second.certificate).not.toBe(first.certificate);
    expect(await loadAuthority(home)).toEqual(second);
  }
});

test("makes another authority in place of one whose key belongs to another", async () => {
  const [home, other] = [await open(), await open()];
  const [first, foreign] = [await loadAuthority(home), await loadAuthority(other)];
  await writeFile(home.caKeyFile, foreign.key);
  expect((await loadAuthority(home)).certificate).not.toBe(first.certificate);
});

/** A certificate for an address, parsed, and the authority that issued it. */
async function issue() {
  const authority = await loadAuthority(await open());
  const issued = await issueCertificate(authority, "127.4.5.6");
  return { authority, issued, parsed: new X509Certificate(issued.certificate) };
}

describe("a certificate", () => {
  test("is signed by the authority, which signs for itself", async () => {
    const { authority, parsed } = await issue();
    const ca = new X509Certificate(authority.certificate);
    expect(parsed.checkIssued(ca)).toBe(true);
    expect(parsed.verify(ca.publicKey)).toBe(true);
    expect(ca.verify(ca.publicKey)).toBe(true);
    expect([ca.ca, parsed.ca]).toEqual([true, false]);
  });

  test("is good for its address and localhost, and for no other", async () => {
    const { parsed } = await issue();
    expect(parsed.checkIP("127.4.5.6")).toBe("127.4.5.6");
    expect(parsed.checkHost("localhost")).toBe("localhost");
    expect(parsed.checkIP("127.4.5.7")).toBeUndefined();
    expect(parsed.checkHost("example.com")).toBeUndefined();
  });

  test("is valid for at most 397 days, from a little before now, and not beyond its authority", async () => {
    const { authority, parsed } = await issue();
    const [from, to] = [Date.parse(parsed.validFrom), Date.parse(parsed.validTo)];
    expect(from).toBeLessThan(Date.now());
    expect(to - from).toBeLessThanOrEqual(397 * day);
    expect(Date.parse(new X509Certificate(authority.certificate).validTo)).toBeGreaterThan(to);
  });

  test("comes with its key", async () => {
    const { authority, issued } = await issue();
    expect(() => createSecureContext({ cert: issued.certificate, key: issued.key })).not.toThrow();
    expect(() => createSecureContext({ cert: authority.certificate, key: issued.key })).toThrow();
  });
});

test("shows each address one certificate of its own, made once", async () => {
  const home = await open();
  const identities = new Identities(home);
  const [first, again, other] = await Promise.all(
    ["127.1.1.1", "127.1.1.1", "127.1.1.2"].map((address) => identities.at(address)),
  );
  expect(again).toBe(first);
  expect(other?.endPoint).not.toEqual(first?.endPoint);
  expect(first?.endPoint).toHaveLength(32);
  expect(await identities.authorityFile()).toBe(home.caFile);
  expect(await readFile(home.caFile, "utf8")).toContain("BEGIN CERTIFICATE");
});

test("tries again after it could not write the authority", async () => {
  const home = await open();
  const identities = new Identities({ ...home, caFile: join(home.root, "gone", "ca.pem") });
  await expect(identities.at("127.1.1.1")).rejects.toThrow("ENOENT");
  await mkdir(join(home.root, "gone"));
  expect(await identities.at("127.1.1.1")).toHaveProperty("endPoint");
});
