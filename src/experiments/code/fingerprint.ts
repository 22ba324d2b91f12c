import { createHash } from "node:crypto";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Suite } from "../../../schemas/plan/suite.ts";

/** The settings that do not affect what is measured. New suite settings affect it unless they are listed here. */
const withoutInfluence = ["timeout_seconds", "retry_on_fresh_branch", "required"] as const;

/**
 * Identifies what a suite measures: its command, report and settings, and the plan's setup, variables and ports. Counts
 * of suites with different fingerprints are not comparable.
 * @returns 16 hexadecimal digits
 */
export function fingerprintSuite(
  { setup, env, ports }: Pick<Plan, "setup" | "env" | "ports">,
  suite: Suite,
): string {
  const measured = Object.entries(suite).filter(([key]) => !withoutInfluence.some((each) => each === key));
  const text = toCanonicalJson({ setup, env, ports, suite: Object.fromEntries(measured) });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * Identifies what a promotion runs: the plan's setup, suites and migration.
 * @returns 16 hexadecimal digits
 */
export function fingerprintPlan({ setup, env, ports, suites, promote }: Plan): string {
  const text = toCanonicalJson({ setup, env, ports, suites, migrate: promote?.migrate });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Serializes with sorted keys, so that their order in the file does not matter. */
function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
