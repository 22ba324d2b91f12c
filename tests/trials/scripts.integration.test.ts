import { expect, test } from "vitest";
import { findRises, readBaseline } from "../../trials/baseline.ts";
import { runTrial } from "../../trials/run-trial.ts";
import { scenarios } from "../../trials/scenarios/index.ts";

test.each(scenarios)("$name is played by what the answers say, at no more than it cost", async (scenario) => {
  const tally = await runTrial(scenario);
  expect(findRises(scenario.name, tally, await readBaseline())).toEqual([]);
});
