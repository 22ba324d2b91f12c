import type * as z from "zod";
import { budgetSchema, type planSchema } from "../../schemas/plan/plan.ts";
import type { Step } from "../../schemas/plan/suite.ts";
import type { Detection } from "./detection.ts";
import type { EnvFiles } from "./env-files.ts";
import type { FoundVariables } from "./variables.ts";

export type PlanInput = z.input<typeof planSchema>;

/** Assembles a plan from what was found, as a person would write it: without anything that is not needed. */
export function assemblePlan(
  { suites, setup, prepare, env }: Detection,
  { mapped, port, fixedPort }: FoundVariables,
  { copied }: Pick<EnvFiles, "copied"> = { copied: [] },
): PlanInput {
  const { concurrent_branches, wall_clock_minutes, max_branches } = budgetSchema.parse(
    // Two experiments cannot have a server on one port.
    fixedPort === undefined ? {} : { concurrent_branches: 1 },
  );
  const variables = { ...env, ...Object.fromEntries(mapped.map(({ name, value }) => [name, value])) };
  const migrationsTag = findMigrationsTag({ suites, setup });
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
      ...(migrationsTag !== undefined && { [migrationsTag]: { builtin: "migrations" as const } }),
    },
    // The migrations of an experiment's branch also apply to the parent when a winner is promoted.
    ...(setup.length > 0 && { promote: { migrate: writeSteps(setup) } }),
  };
}

/** Finds an unused tag for the built-in migrations suite; undefined if nothing migrates. */
export function findMigrationsTag({
  suites,
  setup,
}: Pick<Detection, "suites" | "setup">): string | undefined {
  const isFree = (tag: string) => suites.every((each) => each.tag !== tag);
  return setup.length === 0 ? undefined : ["infra", "migrations"].find(isFree);
}

/** Writes one command directly, several as a list, each as a list of words unless it has its own folder. */
function writeSteps(steps: readonly Step[]): PlanInput["setup"] {
  const written = steps.map(({ command, cwd }) => (cwd === undefined ? command : { command, cwd }));
  const [only] = written;
  return written.length === 1 && only !== undefined ? only : written;
}
