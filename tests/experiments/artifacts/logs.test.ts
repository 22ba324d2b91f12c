import { expect, test } from "vitest";
import { findLog, nameLog } from "../../../src/experiments/artifacts/logs.ts";
import { cycleDirectory } from "../../../src/experiments/layout.ts";
import { writeFiles } from "../../plans/project.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** Writes the files of a cycle, and finds the log of its tag, relative to the cycle. */
async function find(files: Record<string, string>) {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const directory = cycleDirectory(ref, "C1");
  await writeFiles(directory, files);
  return {
    found: (await findLog(ref, "C1", "api"))?.slice(directory.length + 1),
    name: nameLog(ref, "C1", "api"),
  };
}

test.each<[what: string, files: Record<string, string>, found: string | undefined]>([
  ["stderr, where there is any", { "api/stderr.log": "no", "api/stdout.log": "yes" }, "api/stderr.log"],
  ["stdout, if stderr is empty", { "api/stderr.log": "", "api/stdout.log": "yes" }, "api/stdout.log"],
  [
    "stdout, if stderr only resets colours",
    { "api/stderr.log": "\u001b[0m\u001b[0m\n", "api/stdout.log": "BUILD FAILURE" },
    "api/stdout.log",
  ],
  ["stdout, even if it is empty", { "api/stdout.log": "" }, "api/stdout.log"],
  ["none, if none was kept", { "api/junit.xml": "" }, undefined],
  ["none, if nothing was written", {}, undefined],
  [
    "that of the last repeat",
    {
      "api/stderr.log": "1",
      "api/repeat-2/stderr.log": "2",
      "api/repeat-10/stdout.log": "10",
      "api/repeat-9/stderr.log": "9",
    },
    "api/repeat-10/stdout.log",
  ],
  [
    "that of the tag beside folders like a repeat",
    { "api/stdout.log": "", "api/repeat-x/stdout.log": "", "api/repeat-1/stderr.log": "no" },
    "api/stdout.log",
  ],
])("finds %s", async (_what, files, found) => {
  expect((await find(files)).found).toBe(found);
});

test("names stdout for a command that has written nothing yet", async () => {
  expect((await find({})).name).toBe("api/stdout.log");
});
