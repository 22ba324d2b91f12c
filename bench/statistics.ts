import { compareSamples } from "../src/comparison/statistics/compare-samples.ts";
import { countNeededSamples, tailPerInterval } from "../src/comparison/statistics/family-error.ts";
import { toSample } from "../src/comparison/statistics/sample.ts";
import { measureFamilyError, measurePower } from "./simulate-metrics.ts";
import { print } from "./support/print.ts";
import { distributions, seededRandom } from "./support/random.ts";
import { timed } from "./support/timed.ts";

const designs = [2, 3, 4, 8, 16];
const rounds = 2_000;

/**
 * How often identical designs are called worse, how often a design that is 20 % slower is, and how long an interval
 * takes. `npm run bench -- statistics`
 */
async function main(): Promise<void> {
  print(`alike designs: any said to be worse, ${rounds} rounds each; at most 5 % is right`);
  for (const [name, draw] of Object.entries(distributions)) {
    for (const samples of [5, 10, 30, 100]) {
      const random = seededRandom(samples);
      table(name, samples, (count) => measureFamilyError(count, samples, () => draw(random), rounds));
    }
  }
  print("one design 20 % slower than the others, sigma 0.2: said to be worse");
  for (const samples of [5, 10, 20, 30]) {
    const random = seededRandom(samples);
    table("lognormal", samples, (count) =>
      measurePower(count, samples, () => distributions.lognormal(random), rounds),
    );
  }
  print(`samples needed: ${designs.map((count) => `${count}: ${countNeededSamples(count)}`).join(", ")}`);
  for (const samples of [5, 100, 1_000, 10_000, 100_000]) await time(samples);
}

function table(name: string, samples: number, share: (count: number) => number): void {
  const cells = designs.map((count) => `${count}: ${(100 * share(count)).toFixed(1).padStart(5)} %`);
  print(`  ${name.padEnd(9)} ${String(samples).padStart(3)} samples  ${cells.join("  ")}`);
}

async function time(size: number): Promise<void> {
  const random = seededRandom(1);
  const [a, b] = [1, 1].map(() => Array.from({ length: size }, () => distributions.lognormal(random)));
  const repeats = 20;
  const sorting = await timed(() => {
    for (let n = 0; n < repeats; n++) toSample(a ?? []);
  });
  const [sampleA, sampleB] = [toSample(a ?? []), toSample(b ?? [])];
  const comparing = await timed(() => {
    for (let n = 0; n < repeats; n++) compareSamples(sampleA, sampleB, tailPerInterval(8));
  });
  const each = (ms: number) => `${(ms / repeats).toFixed(2)} ms`;
  print(`${size} samples: an interval takes ${each(comparing)}, sorting one sample ${each(sorting)}`);
}

await main();
