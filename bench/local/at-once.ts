import { readFile } from "node:fs/promises";
import { Machine } from "../../packages/lakebase-local/tests/machine.ts";
import { median } from "../../src/comparison/statistics/sample.ts";
import { print } from "../support/print.ts";
import { timed } from "../support/timed.ts";
import { type Api, createBranch, openApi } from "./api.ts";

const rounds = 6;
const count = 40;
const few = 8;

/** The cost of creating the branches. */
interface Effort {
  /** Milliseconds. */
  time: number;
  /** CPU seconds of the daemon, the parent's server and their children; only counted on Linux. */
  processor: number;
}

/**
 * Forty branches requested at once, compared with forty requested eight at a time: in pairs, with each of them first in
 * turn.
 */
export async function benchAtOnce(): Promise<void> {
  const machine = await Machine.create();
  try {
    const api = await openApi(machine);
    await machine.sql("production", "SELECT 1");
    // The first branches of a daemon take twice as long as later ones.
    await cut(machine, api, count);
    const [together, apart]: [Effort[], Effort[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const pair = [
        async () => together.push(await cut(machine, api, count)),
        async () => apart.push(await cut(machine, api, few)),
      ];
      for (const one of round % 2 === 0 ? pair : pair.reverse()) await one();
    }
    const ratios = together.map(({ time }, round) => time / (apart[round]?.time ?? time));
    print(
      `${count} branches: at once ${show(together)}; ${few} at a time ${show(apart)}; ` +
        `ratios of time ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}, median ${median(ratios).toFixed(2)}`,
    );
  } finally {
    await machine.destroy();
  }
}

/** Creates the branches, at most `width` at once, then deletes them. */
async function cut(machine: Machine, api: Api, width: number): Promise<Effort> {
  const ids = Array.from({ length: count }, (_, number) => `branch-${number}`);
  const open = [...ids];
  const loop = async () => {
    for (let id = open.pop(); id !== undefined; id = open.pop()) await createBranch(api, id);
  };
  const before = await processorSeconds(machine);
  const time = await timed(() => Promise.all(Array.from({ length: width }, loop)));
  const processor = (await processorSeconds(machine)) - before;
  for (const id of ids) await machine.deleteBranch(id, { purge: true });
  return { time, processor };
}

async function processorSeconds(machine: Machine): Promise<number> {
  const { pid = 0, branches = [] } = await machine.status();
  const pids = [pid, ...branches.flatMap((branch) => branch.pid ?? [])];
  const seconds = await Promise.all(pids.map(async (each) => countSeconds(await readStat(each))));
  return seconds.reduce((sum, each) => sum + each, 0);
}

async function readStat(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
}

/** Fields 14 to 17: its own time and that of its ended children, in hundredths; the name in field 2 may hold spaces. */
function countSeconds(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks) / 100, 0);
}

function show(efforts: Effort[]): string {
  const [time, processor] = [efforts.map((each) => each.time), efforts.map((each) => each.processor)];
  return `${median(time).toFixed(0)} ms with ${median(processor).toFixed(1)} s of processor`;
}
