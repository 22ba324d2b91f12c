import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commandDirectories, findLogs, removeWork, workDirectory } from "../../../src/runs/journal/work.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { nameRun } from "../../support/records.ts";

const id = nameRun("C1");

it("finds the logs of each command, however deep its folder, and of nothing else", async () => {
  const workspace = await temporaryFolder();
  const commands = [
    ["exp-a", "api"],
    ["exp-a", "api/repeat-2"],
    ["exp-a", "e2e/fresh-branch/setup/step-2"],
    ["exp-b", "setup"],
  ];
  for (const [slug = "", folder = ""] of commands) {
    const { logs, files } = commandDirectories(workspace, id, slug, folder);
    // A suite may leave a folder of that name among its own files.
    for (const directory of [logs, join(files, "logs"), join(files, "deep/logs")])
      await mkdir(directory, { recursive: true });
  }
  await mkdir(commandDirectories(workspace, id, "exp-c", "api").files, { recursive: true });
  for (const stray of [".DS_Store", "exp-a/.DS_Store"])
    await writeFile(join(workDirectory(workspace, id), stray), "");

  const found = await findLogs(workspace, id);
  expect(found.map(({ experiment_slug, folder }) => [experiment_slug, folder]).sort()).toEqual(commands);
  for (const { experiment_slug, folder, directory } of found)
    expect(directory).toBe(commandDirectories(workspace, id, experiment_slug, folder).logs);

  await removeWork(workspace, id);
  expect(existsSync(workDirectory(workspace, id))).toBe(false);
  expect(await findLogs(workspace, id)).toEqual([]);
});
