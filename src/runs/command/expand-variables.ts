import type { Plan } from "../../../schemas/plan/plan.ts";
import { CoreError } from "../../utils/core-error.ts";
import { ownValue } from "../../utils/own-value.ts";
import { findNearest } from "../../utils/text/find-nearest.ts";

export type Environment = Readonly<Record<string, string>>;

/**
 * Replaces `$NAME` and `${NAME}` in an argument. Unset variables are left as they are, and nothing else is interpreted.
 */
export function expandArgument(argument: string, environment: Environment): string {
  return argument.replace(
    /\$(?:\{(\w+)\}|(\w+))/g,
    (whole, braced, bare) => ownValue(environment, braced ?? bare) ?? whole,
  );
}

/**
 * Adds a plan's `env` to an environment. The values refer to the environment as given, so their order does not matter.
 * @throws CoreError `unknown_variable` for a value that refers to an unset variable: a command could connect to the
 *   wrong place with what is left of the value
 */
export function withMapped(environment: Environment, env: Plan["env"] = {}): Record<string, string> {
  const mapped = Object.entries(env).map(([name, value]) => [name, expandValue(name, value, environment)]);
  return { ...environment, ...Object.fromEntries(mapped) };
}

function expandValue(name: string, value: string, environment: Environment): string {
  return value.replace(/\$(?:(\$)|\{(\w+)\}|(\w+))/g, (_whole, dollar, braced, bare) => {
    if (dollar !== undefined) return "$";
    const asked: string = braced ?? bare;
    return ownValue(environment, asked) ?? refuseUnknown(name, asked, environment);
  });
}

function refuseUnknown(name: string, asked: string, environment: Environment): never {
  const nearest = findNearest(asked, Object.keys(environment));
  throw new CoreError("unknown_variable", `env.${name} in plan.json refers to $${asked}, which is not set.`, {
    hint: `${nearest === undefined ? "" : `Did you mean $${nearest}? `}Correct plan.json. Write $$ for a dollar sign.`,
  });
}
