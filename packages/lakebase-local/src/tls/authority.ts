import "reflect-metadata";
import { createPrivateKey, type webcrypto, X509Certificate } from "node:crypto";
import { chmod, readFile } from "node:fs/promises";
import * as x509 from "@peculiar/x509";
import type { Home } from "../home.ts";
import { getCode } from "../local-error.ts";
import { writeWhole } from "../whole-file.ts";

/** A certificate with its private key, both in PEM. */
export interface CertifiedKey {
  certificate: string;
  key: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const day = 86_400_000;
const authorityDays = 3650;
/** The longest validity that the strictest clients accept. */
const serverDays = 397;

/** Reads the certificate authority of a state directory, creating it on first use, and again before it expires. */
export async function loadAuthority({
  caFile,
  caKeyFile,
}: Pick<Home, "caFile" | "caKeyFile">): Promise<CertifiedKey> {
  const [certificate, key] = await Promise.all([caFile, caKeyFile].map(readIfThere));
  if (certificate && key && isUsable({ certificate, key })) return { certificate, key };
  const made = await makeAuthority();
  await writeWhole(caKeyFile, made.key);
  await writeWhole(caFile, made.certificate);
  await chmod(caFile, 0o644);
  return made;
}

/** Issues a certificate for an address of this machine. */
export async function issueCertificate(authority: CertifiedKey, address: string): Promise<CertifiedKey> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${address}`,
    issuer: issuer.subject,
    ...limitValidity(serverDays),
    publicKey: keys.publicKey,
    signingKey: await importKey(authority.key),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: "ip", value: address },
        { type: "dns", value: "localhost" },
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

async function makeAuthority(): Promise<CertifiedKey> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: "CN=lakebase-local on this machine",
    ...limitValidity(authorityDays),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificate.toString("pem"), key: await exportKey(keys.privateKey) };
}

/** Whether key and certificate belong together, and outlive a certificate issued now. */
function isUsable({ certificate, key }: CertifiedKey): boolean {
  try {
    const parsed = new X509Certificate(certificate);
    const lasts = Date.parse(parsed.validTo) > Date.now() + serverDays * day;
    return lasts && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

function limitValidity(days: number): { notBefore: Date; notAfter: Date } {
  // Keeps the certificate valid if the clock is set back a little.
  const notBefore = new Date(Date.now() - day);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * day) };
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ format: "der", type: "pkcs8" });
  return crypto.subtle.importKey("pkcs8", der, algorithm, false, ["sign"]);
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error) => {
    if (getCode(error) === "ENOENT") return undefined;
    throw error;
  });
}
