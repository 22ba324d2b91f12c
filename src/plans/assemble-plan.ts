import type * as z from "zod";
import { budgetSchema, type planSchema } from "../../schemas/plan/plan.ts";
import type { Step } from "../../schemas/plan/suite.ts";
import type { Detection } from "./detection.ts";
import type { EnvFiles } from "./env-files.ts";
import type { FoundVariables } from "./variables.ts";

export type PlanInput = z.input<typeof planSchema>;

/** The plan of what was found, as somebody would write it: nothing in it that is not needed. */
export function assemblePlan(
  { suites, setup, prepare, env }: Detection,
  { mapped, port }: FoundVariables,
  { copied }: Pick<EnvFiles, "copied"> = { copied: [] },
): PlanInput {
  const { concurrent_branches, wall_clock_minutes, max_branches } = budgetSchema.parse({});
  const variables = { ...env, ...Object.fromEntries(mapped.map(({ name, value }) => [name, value])) };
  const ready = findMigrationsTag({ suites, setup });
  return {
    budget: { concurrent_branches, wall_clock_minutes, max_branches },
    ...(prepare.length + copied.length > 0 && {
      worktrees: {
        ...(prepare.length > 0 && { prepare: writeSteps(prepare) }),
        ...(copied.length > 0 && { copy: copied }),
      },
    }),
    ...(Object.keys(variables).length > 0 && { env: variables }),
    ...(port !== undefined && { ports: 1 }),
    ...(setup.length > 0 && { setup: writeSteps(setup) }),
    suites: {
      ...Object.fromEntries(suites.map(({ tag, suite }) => [tag, suite])),
      ...(ready !== undefined && { [ready]: { builtin: "migrations" as const } }),
    },
    // What migrates an experiment's branch migrates the parent when a winner is promoted.
    ...(setup.length > 0 && { promote: { migrate: writeSteps(setup) } }),
  };
}

/** The tag of the ready suite for what setup migrates, which no other suite has; undefined where nothing migrates. */
export function findMigrationsTag({
  suites,
  setup,
}: Pick<Detection, "suites" | "setup">): string | undefined {
  const isFree = (tag: string) => suites.every((each) => each.tag !== tag);
  return setup.length === 0 ? undefined : ["infra", "migrations"].find(isFree);
}

/** One command alone, several as a list; each as a list of words where it has no folder of its own. */
function writeSteps(steps: readonly Step[]): PlanInput["setup"] {
  const written = steps.map(({ command, cwd }) => (cwd === undefined ? command : { command, cwd }));
  const [only] = written;
  return written.length === 1 && only !== undefined ? only : written;
}
