import { existsSync } from "node:fs";
import { planPath } from "../experiments/layout.ts";
import { CoreError } from "../utils/core-error.ts";
import { readRecordText } from "../utils/files/files.ts";
import { maskLogins } from "../utils/text/mask-logins.ts";
import { listFeatures, type Resource, take } from "./resource.ts";

/** A feature's plan as it is on disk, even if it is invalid. */
export const planResource: Resource = {
  name: "plan",
  title: "Plan of a feature",
  description: "plan.json: the budget, and the suites by tag.",
  media_type: "application/json",
  template: "lakebase://features/{feature_id}/plan.json",
  list: async (workspace) => {
    const features = await listFeatures(workspace);
    const planned = features.filter((feature_id) => existsSync(planPath(workspace, feature_id)));
    return planned.map((feature_id) => ({ feature_id }));
  },
  complete: { feature_id: listFeatures },
  read: async (workspace, variables) => {
    const path = planPath(workspace, take(variables, "feature_id"));
    const text = readRecordText(path);
    if (text !== undefined) return { media_type: "application/json", text: maskLogins(text) };
    throw new CoreError("unknown_feature", `There is no plan at ${path}.`, {
      hint: "Write one, or check the feature_id.",
    });
  },
  findFiles: async (workspace, variables) => [planPath(workspace, take(variables, "feature_id"))],
};
