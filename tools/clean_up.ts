import * as z from "zod";
import { type Leftover, leftoverSchema } from "../schemas/leftover.ts";
import { type CleanUp, cleanUp } from "../src/lifecycle/clean-up/clean-up.ts";
import { sumCost } from "../src/lifecycle/clean-up/cost.ts";
import { changesLakebase, defineTool } from "./support/define-tool.ts";
import { cursor, nextStep } from "./support/fields.ts";
import { takePage } from "./support/page.ts";

const pageSize = 50;

export const cleanUpTool = defineTool({
  name: "clean_up",
  description:
    "List what experiments left behind, with age and cost. With apply, remove what the records prove to be theirs.",
  annotations: changesLakebase,
  input: z.strictObject({
    apply: z.boolean().optional().describe("Remove it"),
    cursor,
  }),
  output: z.object({
    removed: z.number().int().describe("How many items were removed"),
    removable: z.number().int().describe("How many apply: true would remove"),
    left: z.number().int().describe("How many are kept, each with the reason"),
    branch_minutes: z.number().int().describe("Age of all branches found, in total"),
    bytes: z.number().int().describe("Disk space of what was found"),
    leftovers: z.array(leftoverSchema.extend({ outcome: z.enum(["removed", "removable", "left"]) })),
    warnings: z.array(z.string()),
    next_cursor: z.string().nullable(),
    next_step: nextStep,
  }),
  handler: async ({ apply = false, cursor }, context) => {
    const found = await cleanUp(context, { apply });
    const { removed, removable, left, warnings } = found;
    const as = (outcome: "removed" | "removable" | "left") => (each: Leftover) => ({ ...each, outcome });
    const all = [...removed.map(as("removed")), ...removable.map(as("removable")), ...left.map(as("left"))];
    const { page, next_cursor } = takePage(all, pageSize, cursor);
    return {
      removed: removed.length,
      removable: removable.length,
      left: left.length,
      ...sumCost(all),
      leftovers: page,
      warnings,
      next_cursor,
      next_step: chooseNextStep(found),
    };
  },
});

function chooseNextStep({ removable, left, warnings }: CleanUp): string {
  if (removable.length > 0) return "Call clean_up with apply: true to remove what is removable.";
  if (left.some(({ kind }) => kind === "experiment"))
    return "Call close_experiments for the experiments listed, or create_experiments to create their branches again.";
  if (left.length > 0) return "The rest stays for the reason given; delete by hand what is yours.";
  return warnings.length > 0 ? "Fix what the warning reports, then call again." : "Nothing is left over.";
}
