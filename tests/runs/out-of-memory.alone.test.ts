import { accessSync, constants, existsSync } from "node:fs";
import { mkdir, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { loggedScript, prepareRun, waitFor } from "../support/runs.ts";
import { isSkipped } from "../support/vitest/skip.ts";

/** Where root may limit the memory of a process, in the first version of control groups. */
const groups = "/sys/fs/cgroup/memory";

const canLimit = () => {
  try {
    accessSync(join(groups, "memory.limit_in_bytes"), constants.W_OK);
    return existsSync("/proc/vmstat");
  } catch {
    return false;
  }
};

const skipped = isSkipped(
  !canLimit(),
  `no control groups in ${groups} to be changed: lack of memory is not tested`,
);

test.skipIf(skipped).each(["suite", "setup"])(
  "counts no %s as failed that lost a process for lack of memory",
  async (what) => {
    const group = join(groups, `lakebase-experiments-test-${process.pid}`);
    await mkdir(group);
    onTestFinished(() => rmdir(group));
    await writeFile(join(group, "memory.limit_in_bytes"), "30000000");
    const worker = `echo $$ > ${group}/tasks; exec node -e "const kept = []; for (;;) kept.push(Buffer.alloc(1e6, 1))"`;
    const feature = await prepareRun(
      (workspace) => {
        const passing = loggedScript(workspace);
        const failing = loggedScript(
          workspace,
          `const worker = require("node:child_process").spawnSync("sh", ["-c", ${JSON.stringify(worker)}]);
         if (worker.signal === "SIGKILL") process.exitCode = 1;`,
        );
        if (what === "suite") return { suites: { api: failing } };
        return { setup: failing.command, suites: { api: passing } };
      },
      ["exp-a"],
    );

    expect((await waitFor(feature.server, (await feature.start()).run_id)).results).toMatchObject([
      { status: "not_measured", by_tag: {}, error: { code: "out_of_memory", retryable: true } },
    ]);
  },
);
