import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { type Entry, extract, type Pack, pack } from "tar-stream";
import type { BundleFile, BundleManifest } from "../../schemas/bundle.ts";
import type { BundleLimits } from "./limits.ts";
import { readManifest } from "./manifest.ts";
import { damaged } from "./refusal.ts";

const manifestName = "bundle.json";
const folder = "artifacts/";

/** In bytes: headers and padding between two files take less. More is an attempt to keep the reader busy. */
const mostBetween = 2 ** 20;

/** Writes a manifest, and the files of a folder that it names, as a compressed archive. */
export async function packBundle(
  { files, ...manifest }: BundleManifest,
  directory: string,
  path: string,
): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createGzip(), createWriteStream(path, { flags: "wx" }));
  const filled = fill(archive, { ...manifest, files }, directory).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
    throw error;
  });
  await Promise.all([written, filled]);
}

async function fill(archive: Pack, manifest: BundleManifest, directory: string): Promise<void> {
  await addEntry(archive, manifestName, Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`));
  for (const { name, size } of manifest.files) {
    const entry = archive.entry({ name: folder + name, size, mode: 0o644 });
    await pipeline(createReadStream(join(directory, name)), entry);
  }
  archive.finalize();
}

function addEntry(archive: Pack, name: string, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry({ name, mode: 0o644 }, content, (error) => (error ? reject(error) : resolve()));
  });
}

/**
 * Reads a compressed archive that anyone may have made, and puts its files into a folder. Only writes plain files that the
 * manifest at its beginning names, each once, with the size and content that the manifest gives.
 * @param directory an empty one
 * @throws CoreError `bundle_unreadable`, `bundle_unsupported`, `bundle_too_large`; errors of the machine
 */
export async function unpackBundle(
  source: Readable,
  directory: string,
  limits: BundleLimits,
  signal: AbortSignal,
): Promise<BundleManifest> {
  const archive = extract();
  const guard = guardProgress();
  const fed = pipeline(source, createGunzip(), guard.stream, archive, { signal });
  // The archive reports its errors, too.
  fed.catch(() => {});
  let manifest: BundleManifest | undefined;
  let open = new Map<string, BundleFile>();
  for await (const entry of archive) {
    guard.advance();
    const { name } = checkEntry(entry);
    const read = readEntry(entry, guard.advance);
    if (manifest === undefined) {
      if (name !== manifestName)
        throw damaged(`it begins with ${JSON.stringify(name)}, not with ${manifestName}`);
      manifest = readManifest(await readWhole(read, limits.manifest_bytes), limits);
      open = new Map(manifest.files.map((file) => [folder + file.name, file]));
    } else {
      const file = open.get(name);
      if (file === undefined)
        throw damaged(`it holds ${JSON.stringify(name)} twice, or its manifest does not name it`);
      open.delete(name);
      if (entry.header.size !== file.size)
        throw damaged(`${name} does not have the size that its manifest gives`);
      await writeEntry(join(directory, file.name), read, file);
    }
  }
  await fed;
  if (manifest === undefined) throw damaged("it is empty");
  const [missing] = open.keys();
  if (missing !== undefined) throw damaged(`${missing} is missing`);
  return manifest;
}

/** A bundle contains plain files only: a link or a device leads elsewhere. */
function checkEntry({ header }: Entry): { name: string } {
  const { name, type, size } = header;
  if (type !== "file") throw damaged(`${JSON.stringify(name)} is no plain file: ${type}`);
  if (!Number.isSafeInteger(size) || (size ?? -1) < 0) throw damaged(`${JSON.stringify(name)} has no size`);
  return { name };
}

async function* readEntry(entry: Entry, advance: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of entry) {
    advance();
    yield Buffer.from(chunk);
  }
}

async function readWhole(content: AsyncIterable<Buffer>, most: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of content) {
    size += chunk.length;
    if (size > most) throw damaged(`its ${manifestName} is larger than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

async function writeEntry(
  path: string,
  content: AsyncIterable<Buffer>,
  { name, sha256 }: BundleFile,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const hash = createHash("sha256");
  await using file = await open(path, "wx", 0o644);
  for await (const chunk of content) {
    hash.update(chunk);
    await file.write(chunk);
  }
  if (hash.digest("hex") !== sha256) throw damaged(`${name} is not the file that the manifest describes`);
}

/** Ends an archive from which more and more is read without any content. */
function guardProgress() {
  let passed = 0;
  return {
    stream: new Transform({
      transform(chunk: Buffer, _encoding, done) {
        passed += chunk.length;
        done(passed > mostBetween ? damaged("it has more between its files than they need") : null, chunk);
      },
    }),
    advance: () => {
      passed = 0;
    },
  };
}
