import { parseArgs } from "node:util";
import { soak } from "./soak/soak.ts";
import { print } from "./support/print.ts";

/** `npm run soak -- --minutes 15 --seed 7`: exits with 1 if anything was broken, lost, left behind, or grew. */
const { values } = parseArgs({ options: { minutes: { type: "string" }, seed: { type: "string" } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
print(`seed ${seed}`);
const { rounds, runs, notes, faults } = await soak(Number(values.minutes ?? 2), seed, print);
print(
  `${rounds} rounds; runs: ${Object.entries(runs)
    .map(([state, count]) => `${count} ${state}`)
    .join(", ")}`,
);
for (const note of notes) print(note);
for (const fault of faults) print(`FAULT ${fault}`);
print(faults.length === 0 ? "nothing broken, nothing lost, nothing left" : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
