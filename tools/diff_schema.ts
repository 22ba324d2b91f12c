import * as z from "zod";
import { diffBranchSchemas } from "../src/comparison/details/schema-diff.ts";
import { briefly } from "../src/database/brief.ts";
import { summarizeChanges } from "../src/database/summary.ts";
import { asksLakebase, defineTool } from "./define-tool.ts";
import { pageOf } from "./page.ts";

const pageSize = 20;

export const diffSchemaTool = defineTool({
  name: "diff_schema",
  description:
    "How the schema of one branch differs from another's, siblings included: each object added, removed or changed, with what locks or rewrites its table.",
  annotations: asksLakebase,
  input: z.strictObject({
    from_branch: z.string(),
    to_branch: z.string(),
    limit: z.number().int().min(1).max(200).optional(),
    cursor: z.string().optional().describe("next_cursor of the answer before"),
  }),
  output: z.object({
    summary: z.string(),
    changes: z.array(z.looseObject({ change: z.string(), kind: z.string(), object: z.string() })),
    total: z.number(),
    next_cursor: z.string().nullable(),
  }),
  handler: async ({ from_branch, to_branch, limit = pageSize, cursor }, context) => {
    const { changes } = await diffBranchSchemas(context, from_branch, to_branch);
    const brief = changes.map((change) => briefly(change, "in its branch"));
    const { page, next_cursor } = pageOf(brief, limit, cursor);
    return { summary: summarizeChanges(changes), changes: page, total: changes.length, next_cursor };
  },
});
