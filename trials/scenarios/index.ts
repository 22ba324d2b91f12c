import type { Scenario } from "../scenario.ts";
import { firstRun } from "./first-run.ts";

/** Every scenario, from the plainest on. */
export const scenarios: readonly Scenario[] = [firstRun];
