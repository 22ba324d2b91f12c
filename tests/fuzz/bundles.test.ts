import { join, sep } from "node:path";
import { Readable } from "node:stream";
import fc from "fast-check";
import { expect, test } from "vitest";
import { bundleManifestSchema } from "../../schemas/bundle.ts";
import { readBundle } from "../../src/bundles/read-bundle.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import {
  type ArchiveEntry,
  fileEntries,
  listAll,
  makeArchive,
  makeManifest,
  manifestEntry,
} from "../support/archives.ts";
import { anyJson, anyPath, anyText, tries } from "../support/fuzz.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const files = { "api.cases.json": '{"tag":"api","cases":[]}', "api/report.xml": "<testsuite/>" };
const manifest = makeManifest(files);
const whole = await makeArchive([manifestEntry(manifest), ...fileEntries(files)]);

test("reads a damaged bundle unchanged or refuses it", async () => {
  const flips = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 4 });
  const folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(flips, fc.nat(whole.length), async (changes, length) => {
      const bytes = Buffer.from(whole.subarray(0, length));
      for (const [place, value] of changes) if (place < length) bytes[place] = value;
      const read = await readAny(bytes, folder);
      if (read !== undefined) expect(read.manifest).toEqual(manifest);
    }),
    tries(200),
  );
});

test("unpacks any archive into its own folder or not at all", async () => {
  const type = fc.constantFrom(
    "file",
    "symlink",
    "link",
    "directory",
    "fifo",
    "character-device",
    "block-device" as const,
  );
  const entry = fc
    .record({ name: anyPath, linkname: anyPath, type, content: anyText })
    .map(({ content, ...header }): ArchiveEntry => ({ header, ...(header.type === "file" && { content }) }));
  const folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(fc.array(entry, { maxLength: 4 }), fc.boolean(), async (entries, isNamed) => {
      const named = isNamed ? [manifestEntry(manifest), ...fileEntries(files)] : [];
      const archive = await makeArchive([...named, ...entries]).catch(() => undefined);
      if (archive === undefined) return;
      const read = await readAny(archive, folder);
      expect(read === undefined || entries.length === 0).toBe(true);
    }),
    tries(150),
  );
});

test("reads any manifest unchanged or refuses it", async () => {
  const keys = Object.keys(bundleManifestSchema.shape);
  const change = fc.dictionary(fc.constantFrom(...keys), anyJson(keys), { maxKeys: 3 });
  const folder = await temporaryFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        change.map((each) => ({ ...manifest, ...each })),
        anyJson(keys),
      ),
      async (value) => {
        const read = await readAny(await makeArchive([manifestEntry(value), ...fileEntries(files)]), folder);
        if (read !== undefined) expect(read.manifest).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
    tries(200),
  );
});

let places = 0;

/** A bundle, or undefined where it is refused as none; anything else is a defect. */
async function readAny(archive: Buffer, folder: string) {
  places += 1;
  const own = join(folder, String(places));
  const to = join(own, "deep", "to");
  try {
    return await readBundle(Readable.from([archive]), to);
  } catch (error) {
    if (!(error instanceof CoreError)) throw error;
    expect(error.code).toMatch(/^bundle_/);
    return undefined;
  } finally {
    const outside = (await listAll(own)).filter((path) => !`${path}${sep}`.startsWith(to + sep));
    expect(outside).toEqual([join(own, "deep")]);
  }
}
