import { Machine } from "../../packages/lakebase-local/tests/machine.ts";
import { median } from "../../src/comparison/statistics/sample.ts";
import { print } from "../print.ts";
import { timed } from "../timed.ts";
import { type Api, createBranch, openApi } from "./api.ts";

const rounds = 6;
const count = 40;
const few = 8;

/** Forty branches asked for at once, beside forty asked for eight at a time: in pairs, either of them first by turns. */
export async function benchAtOnce(): Promise<void> {
  const machine = await Machine.create();
  try {
    const api = await openApi(machine);
    await machine.sql("production", "SELECT 1");
    const [together, apart]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const pair = [
        async () => together.push(await cut(machine, api, count)),
        async () => apart.push(await cut(machine, api, few)),
      ];
      for (const one of round % 2 === 0 ? pair : pair.reverse()) await one();
    }
    const ratios = together.map((time, round) => time / (apart[round] ?? time));
    print(
      `${count} branches: at once ${median(together).toFixed(0)}, ${few} at a time ${median(apart).toFixed(0)}; ` +
        `ratios ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}, median ${median(ratios).toFixed(2)}`,
    );
  } finally {
    await machine.destroy();
  }
}

/** Cuts the branches, with so many underway at any moment. @returns milliseconds; the branches are gone again */
async function cut(machine: Machine, api: Api, width: number): Promise<number> {
  const ids = Array.from({ length: count }, (_, number) => `branch-${number}`);
  const open = [...ids];
  const loop = async () => {
    for (let id = open.pop(); id !== undefined; id = open.pop()) await createBranch(api, id);
  };
  const time = await timed(() => Promise.all(Array.from({ length: width }, loop)));
  for (const id of ids) await machine.deleteBranch(id, { purge: true });
  return time;
}
