import * as z from "zod";
import { type DataDifference, tableDifferenceSchema } from "../schemas/comparison/data-difference.ts";
import { diffBranches } from "../src/comparison/details/diff-branches.ts";
import { abbreviateChange } from "../src/database/abbreviate-change.ts";
import { summarizeChanges } from "../src/database/summary.ts";
import { defineTool, readsLakebase } from "./support/define-tool.ts";
import { cursor, nextStep, pageLimit } from "./support/fields.ts";
import { describeNextPage, takePage } from "./support/page.ts";

const pageSize = 20;
/** Tables that differ come first. */
const maxTables = 12;

export const diffSchemaTool = defineTool({
  name: "diff_schema",
  description:
    "Compare two branches: schema changes, those that lock or rewrite a table, and how many rows differ by table.",
  annotations: readsLakebase,
  input: z.strictObject({
    from_branch: z.string().describe("Branch name"),
    to_branch: z.string().describe("Branch name"),
    limit: pageLimit,
    cursor,
  }),
  output: z.object({
    from_branch: z.string(),
    to_branch: z.string(),
    summary: z.string().describe("The changes in a few words"),
    changes: z.array(z.looseObject({ change: z.string(), kind: z.string(), object: z.string() })),
    total: z.number().describe("Changes, over all pages"),
    data: z.object({ tables: z.array(tableDifferenceSchema), more_tables: z.number().optional() }).optional(),
    next_cursor: z.string().nullable(),
    next_step: nextStep,
  }),
  handler: async ({ limit = pageSize, cursor, ...asked }, context) => {
    const isFirst = cursor === undefined;
    const difference = await diffBranches(context, asked.from_branch, asked.to_branch, { withData: isFirst });
    const { from_branch, to_branch, changes, data } = difference;
    const brief = changes.map((change) => abbreviateChange(change, "in its branch"));
    const { page, next_cursor } = takePage(brief, limit, cursor);
    const summary = summarizeChanges(changes);
    const next_step = describeNextPage(
      next_cursor,
      "compare_experiments with detail schema shows whether the changes of experiments fit together.",
    );
    return {
      ...{ from_branch, to_branch, summary, changes: page, total: changes.length },
      ...(data !== undefined && { data: firstTables(data) }),
      ...{ next_cursor, next_step },
    };
  },
});

function firstTables({ tables }: DataDifference) {
  const more_tables = tables.length - maxTables;
  return { tables: tables.slice(0, maxTables), ...(more_tables > 0 && { more_tables }) };
}
