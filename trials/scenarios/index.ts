import type { Scenario } from "../scenario.ts";
import { artifacts } from "./artifacts.ts";
import { branches } from "./branches.ts";
import { brokenSuites } from "./broken-suites.ts";
import { clientDies } from "./client-dies.ts";
import { cycles } from "./cycles.ts";
import { firstRun } from "./first-run.ts";
import { fixFailure } from "./fix-failure.ts";
import { metrics } from "./metrics.ts";
import { promote } from "./promote.ts";

/** Every scenario, from the simplest on. */
export const scenarios: readonly Scenario[] = [
  firstRun,
  fixFailure,
  metrics,
  clientDies,
  brokenSuites,
  promote,
  artifacts,
  branches,
  cycles,
];
