import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { type Headers, pack } from "tar-stream";
import type { BundleManifest } from "../../schemas/bundle.ts";

/** An entry as anybody may write it, or bytes that stand in its place. */
export type ArchiveEntry = { header: Headers; content?: string } | { raw: Buffer };

/** A compressed archive of the given entries. */
export async function makeArchive(entries: readonly ArchiveEntry[]): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const entry of entries) parts.push("raw" in entry ? entry.raw : await makeEntry(entry));
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(1024)]));
}

/** An entry with its content and padding, without the archive's end. */
async function makeEntry({
  header,
  content = "",
}: Extract<ArchiveEntry, { header: Headers }>): Promise<Buffer> {
  const archive = pack();
  archive.entry(header, content);
  archive.finalize();
  const bytes = await buffer(Readable.from(archive));
  return bytes.subarray(0, bytes.length - 1024);
}

/** The header of an entry alone, whatever it says of what follows. */
export async function makeHeader(header: Headers): Promise<Buffer> {
  const bytes = Buffer.from((await makeEntry({ header: { ...header, size: 0 } })).subarray(0, 512));
  bytes.write(`${(header.size ?? 0).toString(8).padStart(11, "0")}\0`, 124);
  bytes.fill(" ", 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return bytes;
}

/** A manifest of a run of `api` that left the given files. */
export function makeManifest(files: Record<string, string>, change: object = {}): BundleManifest {
  return {
    format: 1,
    tool_version: "0.1.0",
    machine: "ci-1",
    feature_id: "F1",
    experiment_slug: "exp-a",
    run_id: "run-20260101T000001-01234567",
    cycle_id: "C1",
    started_at: "2026-01-01T00:00:01.000Z",
    ended_at: "2026-01-01T00:00:02.000Z",
    duration_ms: 1_000,
    branch: "f1-exp-a",
    branch_uid: "br-own",
    commit: "0123456789abcdef0123456789abcdef01234567",
    dirty: false,
    code_directory: "/home/ci/shop",
    tags: ["api"],
    repeat: 1,
    by_tag: {},
    files: Object.entries(files).map(([name, content]) => ({
      name,
      size: Buffer.byteLength(content),
      sha256: createHash("sha256").update(content).digest("hex"),
    })),
    ...change,
  };
}

export function manifestEntry(manifest: unknown): ArchiveEntry {
  return { header: { name: "bundle.json" }, content: JSON.stringify(manifest) };
}

export function fileEntries(files: Record<string, string>): ArchiveEntry[] {
  return Object.entries(files).map(([name, content]) => ({ header: { name: `artifacts/${name}` }, content }));
}

/** The paths of all that is below a folder. */
export async function listAll(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.map((entry) => join(entry.parentPath, entry.name)).sort();
}
