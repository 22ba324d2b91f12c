import { expect, test } from "vitest";
import { findRises, readBaseline } from "../../trials/baseline.ts";
import { runTrial } from "../../trials/run-trial.ts";
import { scenarios } from "../../trials/scenarios/index.ts";

test.each(scenarios)(
  "$name follows the answers alone, at no more than its baseline cost",
  async (scenario) => {
    const tally = await runTrial(scenario);
    expect(findRises(scenario.name, tally, await readBaseline())).toEqual([]);
  },
);
