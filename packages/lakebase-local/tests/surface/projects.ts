import { anyText, production, project, type Step, spec } from "./step.ts";

/** Projects. */
export const projectSteps: Step[] = [
  {
    words: ["get-project", project],
    prints: { name: project, status: { default_branch: production, pg_version: 18 } },
  },
  { words: ["list-projects"], prints: [{ project_id: "local" }] },
  { words: ["get-project", "projects/nope"], code: 1, says: "project id not found [TraceId: " },
  { words: ["create-project", "Shop"], code: 1, says: "Field project_id must match pattern" },
  {
    words: ["create-project", "local"],
    code: 1,
    says: "project with such id already exists in the workspace",
  },
  { words: ["create-project", "shop", ...spec({ pg_version: 9 })], code: 1, says: "pg_version' must be 18" },
  {
    words: [
      "create-project",
      "shop",
      ...spec({ display_name: "Shop", history_retention_duration: "172800s" }),
    ],
    prints: {
      name: "projects/shop",
      status: { display_name: "Shop", history_retention_duration: "172800s" },
    },
  },
  { words: ["list-projects", "--limit", "1"], prints: [{ project_id: "local" }] },
  { words: ["list-projects", "--page-size", "1"], prints: [{ project_id: "local" }, { project_id: "shop" }] },
  {
    words: ["update-project", "projects/shop", "spec.display_name", ...spec({ display_name: "The shop" })],
    prints: { status: { display_name: "The shop", history_retention_duration: "172800s" } },
  },
  {
    words: [
      "update-project",
      "projects/shop",
      "spec.history_retention_duration",
      ...spec({ history_retention_duration: "60s" }),
    ],
    code: 1,
    says: "must be between 172800s and 3024000s",
  },
  { words: ["delete-project", "projects/shop"], prints: "" },
  { words: ["get-project", "projects/shop"], code: 1, says: "project id not found" },
  { words: ["list-projects", "--show-deleted"], prints: [{}, { project_id: "shop", delete_time: anyText }] },
  { words: ["undelete-project", "projects/shop"], prints: "" },
  { words: ["get-project", "projects/shop"], prints: { project_id: "shop" } },
  { words: ["delete-project", "projects/shop", "--purge"], prints: "" },
  { words: ["undelete-project", "projects/shop"], code: 1, says: "project id not found" },
];
