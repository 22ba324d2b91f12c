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
  const secret = variables.find(isSecret);
  if (secret === undefined) return;
  const what = `The plan sets ${secret[0]} to what looks like a secret, which must not reach the queue's tables.`;
  throw new CoreError("queue_secret_in_plan", what, {
    hint: "Name a variable of the environment instead, such as $API_TOKEN, and set it on each worker.",
  });
}

/** A value that takes its secret from a variable has none of its own, unless it is a URL with a password in it. */
function isSecret([name, value]: [string, string]): boolean {
  const literal = value.replace(/\$(?:(\$)|\{\w+\}|\w+)/g, "$1");
  const isWhole = literal === value.replaceAll("$$", "$");
  return listSecrets([], { [isWhole ? name : "other"]: literal }).length > 0;
}
