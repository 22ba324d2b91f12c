import { mkdir, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readReportFile } from "../../../src/lifecycle/reported/read-report-file.ts";
import { writeFiles } from "../../plans/project.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const junit = (name: string) =>
  `<testsuite tests="1"><testcase classname="shop" name="${name}"/></testsuite>`;
const ctrf = { results: { tests: [{ name: "pays", status: "passed", duration: 1 }] } };
const assertion = { title: "pays", fullName: "shop pays", ancestorTitles: ["shop"], status: "failed" };
const jest = { testResults: [{ name: "/a.test.ts", status: "failed", assertionResults: [assertion] }] };

/** A workspace and, beside it, the worktree of an experiment, in whose folder `shop` its suites run. */
async function makePlaces() {
  const folder = await temporaryFolder();
  const [workspace, root] = [join(folder, "main"), join(folder, "main.worktrees", "exp-a")];
  const directory = join(root, "shop");
  for (const each of [workspace, directory]) await mkdir(each, { recursive: true });
  const read = (path: string, format?: Parameters<typeof readReportFile>[3]) =>
    readReportFile(workspace, { root, directory }, path, format);
  return { folder, workspace, root, directory, read };
}

test("reads a report of the experiment's code before one of the same name elsewhere", async () => {
  const { workspace, root, directory, read } = await makePlaces();
  const names = async () => (await read("junit.xml")).cases.map(({ name }) => name);
  await writeFiles(workspace, { "junit.xml": junit("workspace") });
  expect(await names()).toEqual([expect.stringContaining("workspace")]);
  await writeFiles(root, { "junit.xml": junit("root") });
  expect(await names()).toEqual([expect.stringContaining("root")]);
  await writeFiles(directory, { "junit.xml": junit("own") });
  expect(await names()).toEqual([expect.stringContaining("own")]);
});

test("says where the report is, seen from the workspace, and what it contained", async () => {
  const { directory, read } = await makePlaces();
  const path = join(directory, "junit.xml");
  await writeFile(path, "<testsuite/>");
  expect((await read(path, "junit")).report).toEqual({
    path: "../main.worktrees/exp-a/shop/junit.xml",
    format: "junit",
    // Of the text "<testsuite/>".
    sha256: "55a2c4dabbdd641e56e0ce28262e1d43b8fff7534ced8580f39ba573eca56f2c",
  });
});

test.each<[name: string, content: unknown, format: string]>([
  ["a.xml", junit("pays"), "junit"],
  ["A.XML", junit("pays"), "junit"],
  ["a.json", ctrf, "ctrf"],
  ["a.json", jest, "vitest-json"],
  ["a.tap", "TAP version 13\n1..1\nok 1 - pays\n", "tap"],
])("recognizes %s with %j as %s", async (name, content, format) => {
  const { workspace, read } = await makePlaces();
  await writeFiles(workspace, { [name]: content });
  const { cases, report } = await read(name);
  expect(cases).toHaveLength(1);
  expect(report.format).toBe(format);
});

test.each<[name: string, content: string, message: string]>([
  ["a.txt", junit("pays"), "could not be recognized."],
  ["junit", junit("pays"), "could not be recognized."],
  ["a.json", "{}", "could not be read as vitest-json, playwright-json, ctrf."],
  ["a.json", "", "could not be read as vitest-json, playwright-json, ctrf."],
  ["a.xml", "<testsuite>", "could not be read as junit."],
])("recognizes no format of %s with %j, and names the formats", async (name, content, message) => {
  const { workspace, read } = await makePlaces();
  await writeFiles(workspace, { [name]: content });
  await expect(read(name)).rejects.toMatchObject({
    code: "report_unreadable",
    message: expect.stringContaining(message),
    hint: expect.stringContaining("junit, vitest-json"),
  });
});

test("reads a report by the format that is given, whatever its name", async () => {
  const { workspace, read } = await makePlaces();
  await writeFiles(workspace, { "report.log": junit("pays") });
  expect((await read("report.log", "junit")).cases).toHaveLength(1);
  await expect(read("report.log", "tap")).rejects.toMatchObject({ code: "report_unreadable" });
});

test("masks a login in a report before it is counted", async () => {
  const { workspace, read } = await makePlaces();
  await writeFiles(workspace, { "a.xml": junit("connects to postgres://kai:hunter2@h/db") });
  expect(JSON.stringify(await read("a.xml"))).not.toContain("hunter2");
});

describe("refuses", () => {
  const outside = { code: "invalid_input", message: expect.stringContaining("outside the workspace") };

  test("a file outside, by its path or through a link", async () => {
    const { folder, workspace, read } = await makePlaces();
    await writeFiles(folder, { "secret.xml": junit("secret"), "main-2/a.xml": junit("secret") });
    await symlink(join(folder, "secret.xml"), join(workspace, "link.xml"));
    await symlink(folder, join(workspace, "up"));
    const paths = [
      join(folder, "secret.xml"),
      "../secret.xml",
      "link.xml",
      "up/secret.xml",
      "../main-2/a.xml",
    ];
    for (const path of paths) await expect(read(path), path).rejects.toMatchObject(outside);
  });

  test("a path that does not exist, or is no file of its own", async () => {
    const { workspace, read } = await makePlaces();
    await mkdir(join(workspace, "reports"));
    await symlink("nowhere", join(workspace, "broken.xml"));
    for (const path of ["none.xml", "broken.xml", "a\0b.xml", "reports", "", "."])
      await expect(read(path, "junit"), path).rejects.toMatchObject({ code: "source_unreadable" });
  });

  test("a file that is too large, unread", async () => {
    const { workspace, read } = await makePlaces();
    const path = join(workspace, "large.xml");
    await writeFile(path, "");
    await truncate(path, 33_554_433);
    await expect(read("large.xml")).rejects.toMatchObject({
      code: "source_unreadable",
      message: expect.stringContaining("larger than 33554432 bytes"),
    });
  });
});

test("follows a link within the workspace", async () => {
  const { workspace, read } = await makePlaces();
  await writeFiles(workspace, { "out/latest.xml": junit("pays") });
  await symlink("out", join(workspace, "reports"));
  expect((await read("reports/latest.xml")).report.path).toBe("out/latest.xml");
});
