import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findsAllProcesses } from "../../src/runs/command/process-tree.ts";
import { script } from "../support/plans.ts";
import { prepareRace, waitFor } from "../support/race.ts";
import { canMount, smallDisk } from "../support/small-disk.ts";

describe.skipIf(!canMount)("a disk that a suite fills", () => {
  test("is named, is nobody's failure, and the next run finishes the work", async () => {
    const workspace = await smallDisk(4);
    const filling = join(workspace, "filling");
    const race = await prepareRace(
      () => ({
        suites: {
          api: script(`
            const fs = require("node:fs");
            const fill = (bytes) => { try { for (;;) fs.appendFileSync("${filling}", Buffer.alloc(bytes)); } catch {} };
            if (process.env.CYCLE_ID === "C1") [65536, 512].forEach(fill);`),
          e2e: script("0"),
        },
      }),
      ["exp-a"],
      {},
      workspace,
    );
    const full = await waitFor(race.server, (await race.start()).run_id);
    const [result] = full.results;

    expect(["disk_full"]).toContain(full.interrupted_by?.code ?? result?.error?.code);
    expect(["not_measured", "stopped"]).toContain(result?.status);
    expect(full.next_step).toContain("Free some space");

    await rm(filling);
    const next = await waitFor(race.server, (await race.start({ cycle_id: "C9" })).run_id);
    expect(next.results).toMatchObject([{ status: "succeeded" }]);
  });
});

test.skipIf(!findsAllProcesses())(
  "a process that leaves its session and clears its environment ends with its suite",
  async () => {
    const seconds = 30_000 + (process.pid % 1_000);
    const race = await prepareRace(
      () => ({
        suites: {
          api: {
            command: ["sh", "-c", `setsid env -i sleep ${seconds} >/dev/null 2>&1 & sleep 0.3`],
            report: { format: "exit-code" },
          },
          slow: {
            command: ["sh", "-c", `setsid env -i sleep ${seconds} >/dev/null 2>&1 & sleep 60`],
            report: { format: "exit-code" },
            timeout_seconds: 1,
          },
        },
      }),
      ["exp-a"],
    );
    const run = await waitFor(race.server, (await race.start()).run_id);

    expect(run.warnings).toBeUndefined();
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(`sleep ${seconds}`);
  },
);
