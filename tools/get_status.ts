import * as z from "zod";
import { experimentSummarySchema, featureStatusSchema } from "../schemas/status.ts";
import { readFeature } from "../src/lifecycle/status/read-feature.ts";
import { checkFeature, openStatus, type StatusSource } from "../src/lifecycle/status/read-status.ts";
import { clipText } from "../src/utils/text/clip-text.ts";
import { defineTool, readsLakebase } from "./support/define-tool.ts";
import { cursor, featureId, nextStep } from "./support/fields.ts";
import { describeNextMove } from "./support/next-move.ts";
import { takePage } from "./support/page.ts";

/** A feature in a list takes about 500 bytes. */
const pageSizes = { features: 12, experiments: 25 } as const;
/** Limits for what a feature in a list waits for and is warned of. */
const maxNotes = 2;
const longestNote = 160;

const featureSchema = featureStatusSchema.extend({ next_step: nextStep });
type Feature = z.infer<typeof featureSchema>;

export const getStatusTool = defineTool({
  name: "get_status",
  description:
    "Show where features stand: phase, experiments, runs, warnings and the next step. Call it after a break.",
  annotations: readsLakebase,
  input: z.strictObject({
    feature_id: featureId.optional().describe("Default: all"),
    cursor,
  }),
  output: z.object({
    features: z.array(featureSchema),
    experiments: z.array(experimentSummarySchema).optional(),
    warnings: z.array(z.string()),
    next_cursor: z.string().nullable(),
    next_step: nextStep,
  }),
  handler: async ({ feature_id, cursor }, context) => {
    const source = await openStatus(context);
    const warnings = source.trouble === undefined ? [] : [source.trouble];
    if (feature_id === undefined) return { ...(await describeAll(source, cursor)), warnings };
    checkFeature(source, feature_id);
    const { status, summaries, next } = await readFeature(source, feature_id);
    const { page, next_cursor } = takePage(summaries, pageSizes.experiments, cursor);
    const next_step = describeNextMove(next, feature_id);
    return { features: [{ ...status, next_step }], experiments: page, warnings, next_cursor, next_step };
  },
});

async function describeAll(source: StatusSource, cursor: string | undefined) {
  const { page, next_cursor } = takePage(source.features, pageSizes.features, cursor);
  const features: Feature[] = [];
  for (const feature_id of page) {
    const { status, next } = await readFeature(source, feature_id);
    features.push(shorten({ ...status, next_step: describeNextMove(next, feature_id) }));
  }
  return { features, next_cursor, next_step: chooseNextStep(features) };
}

/** Shortens a feature for a list. */
function shorten({ waits_for, warnings, next_step, ...feature }: Feature): Feature {
  const first = (notes: string[]) => notes.slice(0, maxNotes).map((note) => clipText(note, longestNote));
  const [waiting, warned] = [first(waits_for), first(warnings)];
  return { ...feature, waits_for: waiting, warnings: warned, next_step: clipText(next_step, longestNote) };
}

function chooseNextStep(features: readonly Feature[]): string {
  const [first, ...others] = features.filter(({ phase }) => phase !== "closed");
  if (first === undefined) return "Call create_plan to begin a feature.";
  return others.length === 0
    ? first.next_step
    : "Call get_status with a feature_id for its experiments; each feature has its own next_step.";
}
