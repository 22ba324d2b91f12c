import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { packBundle } from "../../src/bundles/archive.ts";
import { usualLimits } from "../../src/bundles/limits.ts";
import { readBundle } from "../../src/bundles/read-bundle.ts";
import {
  type ArchiveEntry,
  fileEntries,
  listAll,
  makeArchive,
  makeHeader,
  makeManifest,
  manifestEntry,
} from "../support/archives.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const files = { "api.cases.json": '{"tag":"api","cases":[]}', "api/deep/report.xml": "<testsuite/>" };
const first = manifestEntry(makeManifest(files));

it("reads what was written", async () => {
  const folder = await temporaryFolder();
  const long = `api/${"long/".repeat(60)}é.txt`;
  const all = { ...files, [long]: "x".repeat(100_000), "api/empty.txt": "" };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(dirname(join(folder, "from", name)), { recursive: true });
    await writeFile(join(folder, "from", name), content);
  }
  const manifest = makeManifest(all);
  await packBundle(manifest, join(folder, "from"), join(folder, "out.tgz"));

  const read = await readBundle(join(folder, "out.tgz"), join(folder, "to"));

  expect(read).toEqual({ manifest, directory: join(folder, "to") });
  for (const [name, content] of Object.entries(all))
    expect(await readFile(join(folder, "to", name), "utf8")).toBe(content);
});

/** Entries that begin with a manifest that names the files, and do not continue as it says. */
const hostile: Record<string, () => ArchiveEntry[] | Promise<ArchiveEntry[]>> = {
  "an absolute path": () => [first, { header: { name: "/tmp/evil" }, content: "x" }],
  "a path that leads up": () => [first, { header: { name: "artifacts/../../evil" }, content: "x" }],
  "a path that leads up, in the manifest": () => [
    manifestEntry(makeManifest({ "../evil": "x" })),
    ...fileEntries({ "../evil": "x" }),
  ],
  "an absolute path in the manifest": () => [manifestEntry(makeManifest({ "/evil": "x" }))],
  "a symbolic link": () => [
    first,
    { header: { name: "artifacts/api.cases.json", type: "symlink", linkname: "/etc/passwd" } },
  ],
  "a hard link": () => [
    first,
    { header: { name: "artifacts/api.cases.json", type: "link", linkname: "/etc/passwd" } },
  ],
  "a device": () => [first, { header: { name: "artifacts/api.cases.json", type: "character-device" } }],
  "a pipe": () => [first, { header: { name: "artifacts/api.cases.json", type: "fifo" } }],
  "a folder": () => [first, { header: { name: "artifacts/api", type: "directory" } }],
  "a file twice": () => [first, ...fileEntries(files), ...fileEntries(files)],
  "a file twice in the manifest": () => {
    const manifest = makeManifest(files);
    return [manifestEntry({ ...manifest, files: [...manifest.files, ...manifest.files] })];
  },
  "a file where a folder is": () => {
    const both = { "api/x": "1", "api/x/y": "2" };
    return [manifestEntry(makeManifest(both)), ...fileEntries(both)];
  },
  "a file that no run leaves": () => [manifestEntry(makeManifest({ "metrics.json": "[]" }))],
  "a result of a tag that it did not run": () => [
    manifestEntry(makeManifest({}, { by_tag: { e2e: { state: "no_evidence", suite: "0".repeat(16) } } })),
  ],
  "a file of another tag": () => [manifestEntry(makeManifest({ "e2e/report.xml": "<x/>" }))],
  "a file that passes for half written": () => [manifestEntry(makeManifest({ "api/.writing-0123": "x" }))],
  "a file that the manifest lacks": () => [first, ...fileEntries({ ...files, "api/more.txt": "x" })],
  "a file less": () => [first, ...fileEntries({ "api.cases.json": files["api.cases.json"] })],
  "another content": () => [
    first,
    ...fileEntries({ ...files, "api.cases.json": '{"tag":"api","cases":[1]}'.slice(0, 24) }),
  ],
  "another size": () => [first, ...fileEntries({ ...files, "api.cases.json": "{}" })],
  "no manifest first": () => [...fileEntries(files), first],
  "no manifest": () => [],
  "a manifest that is no JSON": () => [{ header: { name: "bundle.json" }, content: "{" }],
  "a manifest with __proto__": () => [
    { header: { name: "bundle.json" }, content: '{"format":1,"__proto__":{}}' },
  ],
  "an unknown field": () => [manifestEntry({ ...makeManifest({}), more: 1 })],
  "a run that is still to come": () => [
    manifestEntry(makeManifest({}, { ended_at: new Date(Date.now() + 864e5).toISOString() })),
  ],
  "a run id of another time": () => [
    manifestEntry(makeManifest({}, { run_id: "run-29990101T000001-01234567" })),
  ],
  "a machine with control characters": () => [manifestEntry(makeManifest({}, { machine: "ci\u001b[2J" }))],
  "a size of 8 GiB without content": async () => [
    first,
    { raw: await makeHeader({ name: "artifacts/api.cases.json", size: 2 ** 33 - 1 }) },
  ],
  "a manifest of 8 GiB": async () => [{ raw: await makeHeader({ name: "bundle.json", size: 2 ** 33 - 1 }) }],
  "a long name of 8 GiB": async () => [
    first,
    { raw: await makeHeader({ name: "x", type: "pax-header", size: 2 ** 33 - 1 }) },
    { raw: Buffer.alloc(8 * 2 ** 20) },
  ],
  "nothing, for long": async () => [first, ...fileEntries(files), { raw: Buffer.alloc(8 * 2 ** 20) }],
};

describe("refuses", () => {
  it.each(Object.entries(hostile))("%s", async (_name, make) => {
    expect(await refused(await makeArchive(await make()))).toMatchObject({
      code: "bundle_unreadable",
      retryable: false,
    });
  });

  const others: Record<string, () => Promise<Buffer>> = {
    "nothing at all": async () => Buffer.alloc(0),
    "what is not compressed": async () => Buffer.from("bundle"),
    "what is no archive": async () => gzipSync("x".repeat(5_000)),
    "half of a bundle": async () => {
      const whole = await makeArchive([first, ...fileEntries(files)]);
      return whole.subarray(0, whole.length / 2);
    },
  };
  it.each(Object.entries(others))("%s", async (_name, make) => {
    expect(await refused(await make())).toMatchObject({ code: "bundle_unreadable" });
  });

  it("a format that it does not know, by the number alone", async () => {
    const archive = await makeArchive([manifestEntry({ format: 2, anything: true })]);
    expect(await refused(archive)).toMatchObject({ code: "bundle_unsupported" });
  });

  const small = { ...usualLimits, files: 1, file_bytes: 10, bytes: 15 };
  it.each([
    ["too many files", { "api/a": "1", "api/b": "2" }],
    ["a file that is too large", { "api/a": "x".repeat(11) }],
  ])("%s, before any is written", async (_name, many) => {
    const archive = await makeArchive([manifestEntry(makeManifest(many)), ...fileEntries(many)]);
    expect(await refused(archive, small)).toMatchObject({ code: "bundle_too_large" });
  });

  it("a file that unpacks to more than the limits, whatever the manifest says", async () => {
    const bomb = "0".repeat(64 * 2 ** 20);
    const manifest = makeManifest({ "api/bomb": "0" });
    const archive = await makeArchive([manifestEntry(manifest), ...fileEntries({ "api/bomb": bomb })]);
    expect(archive.length).toBeLessThan(100_000);
    expect(await refused(archive)).toMatchObject({ code: "bundle_unreadable" });
  });

  it("a link that leads elsewhere in place of a file, and a folder", async () => {
    const folder = await temporaryFolder();
    await symlink("/etc", join(folder, "link"));
    await expect(readBundle(join(folder, "link"), join(folder, "to"))).rejects.toMatchObject({
      code: "bundle_unreadable",
    });
    await expect(readBundle(join(folder, "none"), join(folder, "to"))).rejects.toMatchObject({
      code: "source_unreadable",
    });
  });
});

/** Returns the error for an archive, and checks that nothing was written outside of its folder. */
async function refused(archive: Buffer, limits = usualLimits): Promise<unknown> {
  const folder = await temporaryFolder();
  const to = join(folder, "deep", "to");
  const error = await readBundle(Readable.from([archive]), to, { limits }).then(
    () => "read",
    (cause: unknown) => cause,
  );
  const outside = (await listAll(folder)).filter((path) => !`${path}${sep}`.startsWith(to + sep));
  expect(outside).toEqual([join(folder, "deep")]);
  return error;
}
