import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { print } from "./support/print.ts";
import { reportTests, suite, Workspace } from "./support/workspace.ts";

const count = 8;
const tests = 20_000;
const plan = {
  budget: { concurrent_branches: count, max_branches: count },
  suites: { api: suite },
};
/** Waits after its long report, so that there is time to measure. */
const source = `${reportTests(tests)} setTimeout(() => {}, 3000);`;

/** Memory of our processes, in MB: server, workers and emulator, at rest and with eight suites running. Linux only. */
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

/**
 * Returns the memory, in kB and by role, of the processes that belong to the workspace; shared memory is counted once.
 */
async function measure(workspace: Workspace): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const role = await findRole(pid, workspace);
    if (role === undefined) continue;
    const memory = await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => "");
    const size = Number(/^Pss:\s+(\d+)/m.exec(memory)?.[1] ?? 0);
    sizes.set(role, (sizes.get(role) ?? 0) + size);
  }
  return sizes;
}

async function findRole(pid: string, workspace: Workspace): Promise<string | undefined> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "");
  // The title of a worker that was started before its run is its command line in one piece.
  const command = (await read("cmdline")).split(/[\0 ]/);
  if (Number(pid) === workspace.serverPid) return "server";
  if (command[0]?.startsWith("postgres: ")) {
    // Its title shows what it does instead of how it was started; its parent's still shows that.
    const parent = /^PPid:\s+(\d+)/m.exec(await read("status"))?.[1];
    return parent === undefined ? undefined : findRole(parent, workspace);
  }
  const isOurs = [...command, await read("environ")].some((text) => text.includes(workspace.folder));
  if (!isOurs) return undefined;
  if (command[0]?.endsWith("/postgres")) return "postgres";
  return ["worker", "watchdog", "daemon"].find((role) => command.includes(role));
}

await main();
