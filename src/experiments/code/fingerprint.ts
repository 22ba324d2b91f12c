import { createHash } from "node:crypto";
import type { Plan } from "../../../schemas/plan/plan.ts";
import type { Suite } from "../../../schemas/plan/suite.ts";

/** What of a suite and its plan does not change what is measured. Whatever is added to a suite counts until it is named here. */
const withoutInfluence = ["timeout_seconds", "retry_on_fresh_branch", "required"] as const;

/**
 * Identifies what a suite measures: its command, report and setting, and the plan's setup, variables and ports. Counts of suites with
 * different fingerprints do not compare.
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
 * Identifies what a promotion runs by a plan: what sets a branch up, what is measured there, and what migrates the
 * parent.
 * @returns 16 hexadecimal digits
 */
export function fingerprintPlan({ setup, env, ports, suites, promote }: Plan): string {
  const text = toCanonicalJson({ setup, env, ports, suites, migrate: promote?.migrate });
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** JSON whose keys are sorted, so that the order in which somebody wrote them does not matter. */
function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
