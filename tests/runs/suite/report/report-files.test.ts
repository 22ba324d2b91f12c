import { appendFile, cp, mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { reportSchema } from "../../../../schemas/plan/suite.ts";
import type { CommandEnd } from "../../../../src/runs/command/command.ts";
import { type ReportRoot, watchReport } from "../../../../src/runs/suite/report/report-files.ts";
import { temporaryFolder } from "../../../support/machine/temporary.ts";

const end = (startedAt = Date.now()): CommandEnd => ({
  exitCode: 0,
  stoppedBy: null,
  startedAt,
  durationMs: 5,
});

const watch = (
  path: string,
  roots: readonly ReportRoot[],
  extension = ".xml",
  signal = new AbortController().signal,
) => watchReport({ path, extension }, roots, signal);

async function put(directory: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), "x");
  }
}

/** What a suite leaves in two folders, and what is found of it. */
async function find(
  path: string,
  { before = [], artifacts = [], code = [] }: { before?: string[]; artifacts?: string[]; code?: string[] },
  extension = ".xml",
) {
  const roots = [
    { name: "ARTIFACTS_DIR", directory: await temporaryFolder() },
    { name: "CODE", directory: await temporaryFolder() },
  ] as const;
  await put(roots[1].directory, ...before);
  const found = await watch(path, roots, extension);
  await put(roots[0].directory, ...artifacts);
  await put(roots[1].directory, ...code);
  const report = await found(end());
  return "flaw" in report
    ? report.flaw
    : report.files.map(({ name, root }) => `${root.name}: ${name}`).sort();
}

describe("the files of a report", () => {
  it.each<[string, string, string[], string[]]>([
    ["a file", "r/a.xml", ["r/a.xml", "r/b.xml"], ["r/a.xml"]],
    ["a file below the current folder", "./r/a.xml", ["r/a.xml"], ["r/a.xml"]],
    ["a file whose name reads like a glob", "a[1] (2).xml", ["a[1] (2).xml", "a1.xml"], ["a[1] (2).xml"]],
    ["a folder", "r", ["r/a.xml", "r/deep/b.xml", "r/c.txt", "a.xml"], ["r/a.xml", "r/deep/b.xml"]],
    ["a folder with a slash", "r/", ["r/a.xml"], ["r/a.xml"]],
    ["a folder whose name reads like a glob", "r[1]", ["r[1]/a.xml", "r1/b.xml"], ["r[1]/a.xml"]],
    [
      "a glob",
      "r/TEST-*.xml",
      ["r/TEST-a.xml", "r/TEST-b.xml", "r/other.xml", "r/x/TEST-c.xml"],
      ["r/TEST-a.xml", "r/TEST-b.xml"],
    ],
    [
      "a glob over folders",
      "**/reports/*.xml",
      ["a/reports/a.xml", "b/c/reports/b.xml"],
      ["a/reports/a.xml", "b/c/reports/b.xml"],
    ],
    [
      "a glob of folders",
      "*/reports",
      ["a/reports/a.xml", "b/reports/deep/b.xml"],
      ["a/reports/a.xml", "b/reports/deep/b.xml"],
    ],
    ["a choice", "{a,b}.xml", ["a.xml", "b.xml", "c.xml"], ["a.xml", "b.xml"]],
    ["a hidden folder that is named", ".reports/*.xml", [".reports/a.xml"], [".reports/a.xml"]],
  ])("can be given as %s", async (_what, path, files, expected) => {
    expect(await find(path, { artifacts: files })).toEqual(expected.map((name) => `ARTIFACTS_DIR: ${name}`));
    expect(await find(path, { code: files })).toEqual(expected.map((name) => `CODE: ${name}`));
  });

  it("are looked for below ARTIFACTS_DIR first, and elsewhere only if there are none", async () => {
    expect(await find("*.xml", { artifacts: ["a.xml"], code: ["b.xml"] })).toEqual(["ARTIFACTS_DIR: a.xml"]);
  });

  it("need their format's extension in a folder, but not with a glob", async () => {
    const files = ["r/a.tap", "r/a.xml", "r/a.txt"];
    expect(await find("r", { code: files }, ".tap")).toEqual(["CODE: r/a.tap"]);
    expect(await find("r/*.txt", { code: files }, ".tap")).toEqual(["CODE: r/a.txt"]);
  });

  it("never include our own records or packages", async () => {
    const others = [".tdd/experiments/F/x/artifacts/C1/a.xml", "node_modules/x/a.xml", ".git/a.xml"];
    expect(await find("**/*.xml", { code: [...others, "r/a.xml"] })).toEqual(["CODE: r/a.xml"]);
    expect(await find(".tdd/**/*.xml", { code: others })).toMatch(/^is missing/);
  });
});

describe("files of this run", () => {
  it("are those that were created or written again", async () => {
    expect(await find("*.xml", { before: ["a.xml", "b.xml"], code: ["b.xml", "c.xml"] })).toEqual([
      "CODE: b.xml",
      "CODE: c.xml",
    ]);
    expect(await find("*.xml", { before: ["a.xml"] })).toBe("is older than the suite's start (in CODE)");
  });

  async function findAfter(leave: (path: string, old: string) => Promise<void>, startedAt?: number) {
    const [directory, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
    const old = join(elsewhere, "old.xml");
    await put(elsewhere, "old.xml");
    await utimes(old, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    const found = await watch("a.xml", [{ name: "ARTIFACTS_DIR", directory }]);
    await leave(join(directory, "a.xml"), old);
    return found(end(startedAt));
  }

  it("exclude copies that keep the time of an older file", async () => {
    expect(await findAfter((path, old) => cp(old, path, { preserveTimestamps: true }))).toEqual({
      flaw: "is older than the suite's start (in ARTIFACTS_DIR)",
    });
    expect(await findAfter((path, old) => cp(old, path))).toMatchObject({ files: [{ name: "a.xml" }] });
  });

  it("are recognized even if the clock was set back by ten seconds or an hour during the suite", async () => {
    const write = (path: string) => writeFile(path, "x");
    expect(await findAfter(write, Date.now() + 10_000)).toMatchObject({ files: [{ name: "a.xml" }] });
    expect(await findAfter(write, Date.now() + 3_600_000)).toMatchObject({ files: [{ name: "a.xml" }] });
    const tenSecondsAgo = new Date(Date.now() - 10_000);
    const back = async (path: string) => {
      await write(path);
      await utimes(path, tenSecondsAgo, tenSecondsAgo);
    };
    expect(await findAfter(back)).toMatchObject({ files: [{ name: "a.xml" }] });
  });
});

describe("links", () => {
  async function findBy(link: (inside: string, outside: string) => Promise<void>, path: string) {
    const [directory, outside] = [await temporaryFolder(), await temporaryFolder()];
    const found = await watch(path, [{ name: "CODE", directory }]);
    await put(outside, "a.xml");
    await put(directory, "real/a.xml");
    await link(directory, outside);
    return found(end());
  }

  it.each<[string, string, (inside: string, outside: string) => Promise<void>]>([
    ["a file", "a.xml", (inside, outside) => symlink(join(outside, "a.xml"), join(inside, "a.xml"))],
    ["a folder", "r", (inside, outside) => symlink(outside, join(inside, "r"))],
    ["a folder on the way", "r/a.xml", (inside, outside) => symlink(outside, join(inside, "r"))],
    ["a folder on the way of a glob", "r/*.xml", (inside, outside) => symlink(outside, join(inside, "r"))],
  ])("are not followed out of the folder: %s", async (_what, path, link) => {
    expect(await findBy(link, path)).toEqual({ flaw: "leads out of its folder by a link (in CODE)" });
  });

  it("are followed within the folder", async () => {
    const link = (inside: string) => symlink("real", join(inside, "latest"));
    expect(await findBy(link, "latest/a.xml")).toMatchObject({ files: [{ name: "real/a.xml" }] });
  });

  it("are ignored by a glob", async () => {
    const link = (inside: string, outside: string) => symlink(outside, join(inside, "r"));
    expect(await findBy(link, "**/*.xml")).toMatchObject({ files: [{ name: "real/a.xml" }] });
  });
});

test("a search stops when its run ends", async () => {
  const directory = await temporaryFolder();
  const found = watch(
    "**/*.xml",
    [{ name: "CODE", directory }],
    ".xml",
    AbortSignal.abort(new Error("ended")),
  );
  await expect(found).rejects.toThrow("ended");
});

test("a missing report, or a folder without one, is reported with where it was looked for", async () => {
  const missing = "is missing: it was looked for in ARTIFACTS_DIR and in CODE";
  expect(await find("a.xml", {})).toBe(missing);
  expect(await find("r/*.xml", {})).toBe(missing);
  expect(await find("r", { code: ["r/a.txt"] })).toBe("is a folder without .xml files (in CODE)");
  expect(await find("a.xml/b.xml", { code: ["a.xml"] })).toBe(missing);
});

test.each([
  ["TAP version 13\nok 1 - a\n1..1\n", "is refused", /^still contains what an earlier run wrote/],
  ["TAP version 13\n", "counts if there was no result in it", undefined],
])("a report that a command appended to %j %s", async (earlier, _what, flaw) => {
  const directory = await temporaryFolder();
  const path = join(directory, "a.tap");
  await writeFile(path, earlier);
  const found = await watch("a.tap", [{ name: "CODE", directory }]);
  await appendFile(path, "TAP version 13\nok 1 - a\nok 2 - b\n1..2\n");
  expect(await found(end())).toEqual(
    flaw === undefined
      ? { files: [expect.objectContaining({ path })] }
      : { flaw: expect.stringMatching(flaw) },
  );
});

test("a report that a command replaced by a longer one counts, even if both begin and end alike", async () => {
  const directory = await temporaryFolder();
  const path = join(directory, "a.xml");
  const write = (count: number) =>
    writeFile(path, `<testsuite>${'<testcase name="a"/>'.repeat(count)}</testsuite>`);
  await write(3);
  const found = await watch("a.xml", [{ name: "CODE", directory }]);
  await write(5);
  expect(await found(end())).toEqual({ files: [expect.objectContaining({ path })] });
});

describe("the path in a plan", () => {
  const parse = (path: string) => reportSchema.safeParse({ format: "junit", path }).success;

  it.each([
    "/etc/a.xml",
    "../a.xml",
    "r/../../a.xml",
    "r/..",
    "{..,r}/a.xml",
    "{/etc,r}/a.xml",
    "@(..|r)/a.xml",
    "!r/*.xml",
    "C:/a.xml",
    "r\\a.xml",
    "a\0.xml",
    "",
    ".",
    "./",
    "/",
  ])("is refused if it leads out: %j", (path) => {
    expect(parse(path)).toBe(false);
  });

  it.each([
    "a.xml",
    "./a.xml",
    "r/",
    "r/*.xml",
    "**/r/*.xml",
    "r/a..b.xml",
    "{a,b}.xml",
    "r/...xml",
    "Ä ö.xml",
  ])("is accepted: %j", (path) => {
    expect(parse(path)).toBe(true);
  });
});
