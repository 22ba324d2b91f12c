import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { findCandidates } from "../../../../src/runs/suite/report/candidates.ts";
import { temporaryFolder } from "../../../support/machine/temporary.ts";

const signal = new AbortController().signal;

async function put(directory: string, ...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), "");
  }
}

async function find(path: string, ...files: string[]) {
  const directory = await temporaryFolder();
  await put(directory, ...files);
  return look(directory, path);
}

async function look(directory: string, path: string) {
  const found = await findCandidates(directory, { path, extension: ".xml" }, signal);
  return { names: found.files.map(({ name }) => name).sort(), flaw: found.flaw };
}

describe("a report's path finds", () => {
  it.each<[string, string, string[], string[]]>([
    ["the file of that name", "out/junit.xml", ["out/junit.xml", "junit.xml"], ["out/junit.xml"]],
    ["it, whichever its extension", "report.txt", ["report.txt"], ["report.txt"]],
    ["it, however the path is written", "./out//junit.xml", ["out/junit.xml"], ["out/junit.xml"]],
    ["a name that could be a glob", "a[1].xml", ["a[1].xml", "a1.xml"], ["a[1].xml"]],
    [
      "what matches a glob",
      "out/*.xml",
      ["out/a.xml", "out/b.xml", "out/b.txt", "out/c/d.xml"],
      ["out/a.xml", "out/b.xml"],
    ],
    ["what matches one at any depth", "**/*.xml", ["a.xml", "b/c/d.xml"], ["a.xml", "b/c/d.xml"]],
    ["what matches one in a hidden folder that is named", ".out/*.xml", [".out/a.xml"], [".out/a.xml"]],
    [
      "a folder's reports, and no other files",
      "out",
      ["out/a.xml", "out/b/c.xml", "out/d.txt"],
      ["out/a.xml", "out/b/c.xml"],
    ],
    ["the same with a slash at the end", "out/", ["out/a.xml"], ["out/a.xml"]],
    ["those of a folder with signs of a glob", "out[1]", ["out[1]/a.xml", "out1/b.xml"], ["out[1]/a.xml"]],
    [
      "those of all folders that match a glob",
      "*/out",
      ["a/out/x.xml", "b/out/y.xml", "c/z.xml"],
      ["a/out/x.xml", "b/out/y.xml"],
    ],
    [
      "no records of ours, no packages and no files of git",
      "**/*.xml",
      [".tdd/a.xml", "node_modules/b/c.xml", "x/.git/d.xml", "e.xml"],
      ["e.xml"],
    ],
    ["nothing where nothing is", "junit.xml", ["other.xml"], []],
    ["nothing for a glob that nothing matches", "out/*.xml", ["a.xml"], []],
  ])("%s: %s", async (_what, path, files, names) => {
    expect(await find(path, ...files)).toEqual({ names, flaw: undefined });
  });

  it("nothing in a folder that does not exist", async () => {
    expect(await look(join(await temporaryFolder(), "gone"), "a.xml")).toEqual({
      names: [],
      flaw: undefined,
    });
  });

  it("a file once, whichever links lead to it", async () => {
    const directory = await temporaryFolder();
    await put(directory, "real.xml");
    await symlink("real.xml", join(directory, "link.xml"));
    expect((await look(directory, "*.xml")).names).toEqual(["real.xml"]);
    expect((await look(directory, "link.xml")).names).toEqual(["real.xml"]);
  });
});

describe("a report's path says why it finds nothing", () => {
  it.each<[string, (directory: string) => Promise<unknown>, string]>([
    [
      "a link that leads out of its folder",
      (to) => symlink("/etc/hostname", join(to, "report")),
      "leads out of its folder by a link",
    ],
    ["a folder without reports", (to) => put(to, "report/a.txt"), "is a folder without .xml files"],
    ["an empty folder", (to) => mkdir(join(to, "report")), "is a folder without .xml files"],
    ["a device", (to) => symlink("/dev/null", join(to, "report")), "leads out of its folder by a link"],
  ])("%s", async (_what, make, flaw) => {
    const directory = await temporaryFolder();
    await make(directory);
    expect(await look(directory, "report")).toEqual({ names: [], flaw });
  });

  it("without a word about a link that leads nowhere", async () => {
    const directory = await temporaryFolder();
    await put(directory, "a.xml");
    await symlink("a.xml", join(directory, "b.xml"));
    await rm(join(directory, "a.xml"));
    expect(await look(directory, "b.xml")).toEqual({ names: [], flaw: undefined });
  });
});

it("ends with the run", async () => {
  const directory = await temporaryFolder();
  await put(directory, "a.xml");
  const ended = AbortSignal.abort(new Error("The run was ended."));
  for (const path of ["a.xml", "*.xml"])
    await expect(findCandidates(directory, { path, extension: ".xml" }, ended)).rejects.toThrow(
      "The run was ended.",
    );
});
