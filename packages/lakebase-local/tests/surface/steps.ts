import { branchSteps } from "./branches.ts";
import { credentialSteps } from "./credentials.ts";
import { databaseSteps } from "./databases.ts";
import { endpointSteps } from "./endpoints.ts";
import { projectSteps } from "./projects.ts";
import { roleSteps } from "./roles.ts";
import type { Step } from "./step.ts";

/** Every command of `postgres`, and each rule that refuses one: a row, as each step builds on those before it. */
export const steps: Step[] = [
  ...projectSteps,
  ...branchSteps,
  ...endpointSteps,
  ...roleSteps,
  ...databaseSteps,
  ...credentialSteps,
];
