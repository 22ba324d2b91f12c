import { availableParallelism } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";
import { reportTests, suite, Workspace } from "./support/workspace.ts";

const counts = [2, 8, 24];
const workMs = 500;

/** Keeps a core busy for some time, then reports one passed test. */
const source = `
const begin = process.cpuUsage();
const used = () => { const { user, system } = process.cpuUsage(begin); return (user + system) / 1000; };
while (used() < ${workMs}) Math.sqrt(2);
${reportTests(1)}`;

/**
 * Real experiments running concurrently, each with a suite that keeps a core busy, next to the same commands one after
 * another.
 */
async function main(): Promise<void> {
  const cores = availableParallelism();
  print(`suites of ${workMs} ms of processor time each, ${cores} cores; seconds`);
  for (const count of counts) {
    const workspace = await Workspace.open(
      {
        budget: { concurrent_branches: count, max_branches: count },
        suites: { api: suite },
      },
      { "suite.cjs": source },
    );
    try {
      const slugs = Array.from({ length: count }, (_, number) => `exp-${number}`);
      const creating = await timed(() => workspace.create(slugs));
      const first = await timed(() => runAll(workspace, count));
      const again = await timed(() => runAll(workspace, count));
      const apart = await timed(async () => {
        for (const _ of slugs)
          await execa(process.execPath, [join(workspace.path, "suite.cjs")], {
            env: { ARTIFACTS_DIR: workspace.folder },
          });
      });
      const ideal = (count * workMs) / Math.min(count, cores);
      print(
        `${count} experiments: created in ${seconds(creating)}; run ${seconds(first)}, again ${seconds(again)}; ` +
          `bare commands one after another ${seconds(apart)}; what the cores allow ${seconds(ideal)}; ` +
          `ratio to one after another ${(again / apart).toFixed(2)}, to the cores' limit ${(again / ideal).toFixed(2)}`,
      );
    } finally {
      await workspace.close();
    }
  }
}

async function runAll(workspace: Workspace, count: number): Promise<void> {
  const { state, results } = await workspace.run();
  const succeeded = results.filter(({ status }) => status === "succeeded").length;
  if (state !== "finished" || succeeded !== count) throw new Error(`${succeeded} of ${count} succeeded`);
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);

await main();
