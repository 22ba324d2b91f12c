import { parseArgs } from "node:util";
import { getMessage } from "../src/utils/core-error.ts";
import { findRises, readBaseline, writeBaseline } from "./baseline.ts";
import { runTrial } from "./run-trial.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios/index.ts";

const usage = "Usage: npm run trials -- [SCENARIO …] [--update] [--verbose]";

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Plays the scenarios by their scripts, and holds what they cost against the baseline. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { update: { type: "boolean", default: false }, verbose: { type: "boolean", default: false } },
  });
  const baseline = await readBaseline();
  const rises: string[] = [];
  say(`${"scenario".padEnd(18)} calls  bytes`);
  for (const scenario of chooseScenarios(positionals)) {
    const { name } = scenario;
    const tally = await runTrial(scenario, { tell: values.verbose ? say : undefined });
    say(`${name.padEnd(18)} ${String(tally.calls).padStart(5)} ${String(tally.bytes).padStart(6)}`);
    if (values.update) baseline[name] = tally;
    else rises.push(...findRises(name, tally, baseline));
  }
  if (values.update) await writeBaseline(baseline);
  for (const rise of rises) say(rise);
  process.exitCode = rises.length > 0 ? 1 : 0;
}

/** @throws TypeError for a name that no scenario has */
function chooseScenarios(names: string[]): readonly Scenario[] {
  const unknown = names.find((name) => !scenarios.some((each) => each.name === name));
  if (unknown !== undefined) throw new TypeError(`There is no scenario ${unknown}.`);
  return names.length === 0 ? scenarios : scenarios.filter(({ name }) => names.includes(name));
}

main().catch((error: unknown) => {
  say(error instanceof TypeError ? `${error.message}\n${usage}` : getMessage(error));
  process.exitCode = error instanceof TypeError ? 2 : 1;
});
