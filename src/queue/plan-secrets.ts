import type { Plan } from "../../schemas/plan/plan.ts";
import { listSecrets } from "../runs/command/environment.ts";
import { CoreError } from "../utils/core-error.ts";

/**
 * Refuses a plan that contains a secret, because the queue's tables hold the plan. What it takes from a worker's
 * environment is not in it.
 * @throws CoreError `queue_secret_in_plan`
 */
export function refuseSecrets(plan: Plan): void {
  const suites = Object.values(plan.suites).map((suite) => ("env" in suite ? suite.env : undefined));
  const variables = [plan.env, ...suites].flatMap((env) => Object.entries(env ?? {}));
  const literal = variables.filter(([, value]) => !value.includes("$"));
  const secret = literal.find(([name, value]) => listSecrets([], { [name]: value }).length > 0);
  if (secret === undefined) return;
  const what = `The plan sets ${secret[0]} to what looks like a secret, which must not reach the queue's tables.`;
  throw new CoreError("queue_secret_in_plan", what, {
    hint: "Name a variable of the environment instead, such as $API_TOKEN, and set it on each worker.",
  });
}
