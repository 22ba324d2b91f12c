import { parseArgs } from "node:util";
import { getMessage } from "../src/utils/core-error.ts";
import type { Tally } from "./agent/tally.ts";
import { findRises, readBaseline, writeBaseline } from "./baseline.ts";
import { findModel } from "./model/converse.ts";
import { playWithModel } from "./model/play.ts";
import { runTrial } from "./run-trial.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const usage = "Usage: npm run trials -- [SCENARIO …] [--update] [--model NAME] [--verbose]";

type Tell = ((line: string) => void) | undefined;

const say = (line: string) => process.stdout.write(`${line}\n`);

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      update: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      model: { type: "string" },
    },
  });
  const chosen = chooseScenarios(positionals);
  const tell = values.verbose ? say : undefined;
  if (values.model === undefined) return runScripts(chosen, values.update, tell);
  return runModel(chosen, values.model, tell);
}

/** Plays the scenarios from their scripts, and compares their cost with the baseline. */
async function runScripts(chosen: readonly Scenario[], update: boolean, tell: Tell): Promise<boolean> {
  const baseline = await readBaseline();
  const rises: string[] = [];
  say(`${"scenario".padEnd(18)} calls  bytes`);
  for (const scenario of chosen) {
    const tally = await runTrial(scenario, { tell });
    say(describeTally(scenario, tally));
    if (update) baseline[scenario.name] = tally;
    else rises.push(...findRises(scenario.name, tally, baseline));
  }
  if (update) await writeBaseline(baseline);
  for (const rise of rises) say(rise);
  return rises.length === 0;
}

/** Lets a model play them, and reports how many it finished. */
async function runModel(chosen: readonly Scenario[], name: string, tell: Tell): Promise<boolean> {
  const play = playWithModel(findModel(name, process.env));
  let finished = 0;
  for (const scenario of chosen) {
    try {
      say(describeTally(scenario, await runTrial(scenario, { play, tell })));
      finished += 1;
    } catch (error) {
      say(`${scenario.name.padEnd(18)} not finished: ${getMessage(error)}`);
    }
  }
  say(`${name} finished ${finished} of ${chosen.length}.`);
  return finished === chosen.length;
}

function describeTally({ name }: Scenario, { calls, bytes }: Tally): string {
  return `${name.padEnd(18)} ${String(calls).padStart(5)} ${String(bytes).padStart(6)}`;
}

/** @throws TypeError for an unknown scenario */
function chooseScenarios(names: string[]): readonly Scenario[] {
  const unknown = names.find((name) => !scenarios.some((each) => each.name === name));
  if (unknown !== undefined) throw new TypeError(`There is no scenario ${unknown}.`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  say(error instanceof TypeError ? `${error.message}\n${usage}` : getMessage(error));
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
