import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { createJournal } from "../../src/runs/journal/journal.ts";
import { makeRequest, makeRun } from "../support/journal.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** Holds a program back until whoever started it has hung up. */
const untilGone = 'data:text/javascript,await new Promise((gone) => process.once("disconnect", gone));';

test("a worker does its work if whoever started it is gone before its first line", async () => {
  const workspace = await temporaryFolder();
  const run = makeRun({ state: "finished" });
  await createJournal(workspace, run, makeRequest());
  const args = ["--import", untilGone, "dist/main.js", "--workspace", workspace, "worker", run.run_id];
  const worker = spawn(process.execPath, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  worker.disconnect();
  expect(await once(worker, "exit")).toEqual([0, null]);
});
