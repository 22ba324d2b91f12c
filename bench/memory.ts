import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { print } from "./print.ts";
import { reportTests, suite, Workspace } from "./workspace.ts";

const count = 8;
const tests = 20_000;
const plan = {
  budget: { concurrent_branches: count, max_branches: count },
  suites: { api: suite },
};
/** Waits after its long report, so that there is time to look. */
const source = `${reportTests(tests)} setTimeout(() => {}, 3000);`;

/** Resident memory of our processes, in MB: server, workers and emulator, at rest and with eight suites at work. Linux. */
async function main(): Promise<void> {
  const workspace = await Workspace.open(plan, { "suite.cjs": source });
  try {
    await workspace.create(Array.from({ length: count }, (_, number) => `exp-${number}`));
    print(`at rest, ${count} experiments: ${await describe(workspace)}`);
    const most = new Map<string, number>();
    const run = workspace.run();
    let isOver = false;
    void run.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      for (const [role, size] of await measure(workspace))
        most.set(role, Math.max(size, most.get(role) ?? 0));
      await sleep(100);
    }
    await run;
    print(`at most, while ${count} suites report ${tests} tests each: ${format(most)}`);
    print(`afterwards: ${await describe(workspace)}`);
  } finally {
    await workspace.close();
  }
}

const describe = async (workspace: Workspace) => format(await measure(workspace));

function format(sizes: ReadonlyMap<string, number>): string {
  return [...sizes].map(([role, size]) => `${role} ${(size / 1024).toFixed(0)}`).join(", ");
}

/** By role, the resident size in kB of the processes that belong to the workspace. */
async function measure(workspace: Workspace): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    const role = findRole(command.split("\0"), Number(pid), workspace);
    if (role === undefined) continue;
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    const size = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0);
    sizes.set(role, (sizes.get(role) ?? 0) + size);
  }
  return sizes;
}

function findRole(words: readonly string[], pid: number, workspace: Workspace): string | undefined {
  if (pid === workspace.serverPid) return "server";
  if (!words.some((word) => word.includes(workspace.folder))) return undefined;
  if (words.includes("watchdog")) return "watchdog";
  if (words.includes("worker")) return "worker";
  return words.some((word) => word.endsWith("/postgres")) ? "postgres" : undefined;
}

await main();
