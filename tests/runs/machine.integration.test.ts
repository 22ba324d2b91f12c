import { execFileSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, inject, test } from "vitest";
import { findsAllProcesses } from "../../src/runs/command/process-tree.ts";
import { canMount, smallDisk } from "../support/machine/small-disk.ts";
import { script } from "../support/plans.ts";
import { prepareRun, waitFor } from "../support/runs.ts";
import { isSkipped } from "../support/vitest/skip.ts";

describe.skipIf(!canMount)("a disk that a suite fills", () => {
  test("is reported, fails no experiment, and the next run finishes the work", async () => {
    const workspace = await smallDisk(4);
    const filling = join(workspace, "filling");
    const feature = await prepareRun(
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
    const full = await waitFor(feature.server, (await feature.start()).run_id);
    const [result] = full.results;

    expect(["disk_full"]).toContain(full.interrupted_by?.code ?? result?.error?.code);
    expect(["not_measured", "stopped"]).toContain(result?.status);
    expect(full.next_step).toContain("Free some space");

    await rm(filling);
    const next = await waitFor(feature.server, (await feature.start({ cycle_id: "C9" })).run_id);
    expect(next.results).toMatchObject([{ status: "succeeded" }]);
  });
});

test.skipIf(isSkipped(!findsAllProcesses(), "processes that hide: no control group can be made here"))(
  "ends a process that left its session and cleared its environment together with its suite",
  async () => {
    const seconds = randomInt(100_000, 2 ** 31);
    const feature = await prepareRun(
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
    const run = await waitFor(feature.server, (await feature.start()).run_id);

    expect(run.warnings).toBeUndefined();
    expect(execFileSync("ps", ["-eo", "args"], { encoding: "utf8" })).not.toContain(`sleep ${seconds}`);
  },
);

test("measures passing suites correctly when few files may be open at once", async () => {
  const slugs = Array.from({ length: 8 }, (_, index) => `exp-${index}`);
  const command = ["sh", "-c", "for i in $(seq 50); do echo $i > $ARTIFACTS_DIR/$i; done"];
  const feature = await prepareRun(
    () => ({
      budget: { concurrent_branches: 8 },
      suites: { api: { command, report: { format: "exit-code" } } },
    }),
    slugs,
  );
  const run = `ulimit -n 96; exec "$0" dist/main.js run ${feature.feature_id} --workspace ${feature.workspace}`;
  const env = { LAKEBASE_LOCAL_HOME: inject("localHome") };
  const { exitCode } = await execa("sh", ["-c", run, process.execPath], { env, reject: false });

  expect(exitCode).toBe(0);
  expect(await Promise.all(slugs.map(feature.outcomes))).toMatchObject(
    slugs.map(() => ({ status: "succeeded", tests_passed: 1 })),
  );
});
