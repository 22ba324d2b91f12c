import * as z from "zod";
import { type ArtifactPart, readArtifactPart } from "../src/experiments/artifacts/artifact-part.ts";
import { readImage } from "../src/experiments/artifacts/image.ts";
import { getExperiment } from "../src/experiments/experiments.ts";
import { artifactPath } from "../src/experiments/layout.ts";
import { defineTool, reads } from "./support/define-tool.ts";
import { artifactName, cycleId, experimentSlug, featureId, nextStep } from "./support/fields.ts";

const output = z.object({
  path: z.string().describe("Absolute"),
  content: z.string().describe("Empty for an image, which is attached"),
  /** `image`: the image is attached to the answer, and `content` is empty. */
  encoding: z.enum(["utf8", "base64", "image"]),
  size: z.number().describe("Of the whole artifact, in bytes"),
  next_offset: z.number().nullable().describe("Where the next part begins; null at the end"),
  next_step: nextStep,
});

export const readArtifactTool = defineTool({
  name: "read_artifact",
  description:
    "Read part of an artifact, as base64 if it is not text; continue at next_offset. Images are returned as images.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId,
    name: artifactName,
    offset: z.number().int().min(0).optional().describe("In bytes. Default 0"),
    limit: z.number().int().min(1).max(100_000).optional().describe("In bytes. Default 6000"),
  }),
  output,
  takesSize: true,
  handler: async ({ cycle_id, name, offset, limit, ...names }, { workspace }, attach) => {
    const experiment = await getExperiment({ ...names, workspace });
    const path = artifactPath(experiment, cycle_id, name);
    const isWhole = offset === undefined && limit === undefined;
    const image = isWhole ? await readImage(experiment, cycle_id, name) : undefined;
    if (image !== undefined) {
      const { bytes, media_type, size } = image;
      if (bytes !== undefined) attach({ kind: "image", bytes, media_type });
      const next_step =
        bytes === undefined
          ? `The image is incomplete or too large to return: open ${path}.`
          : `Look at the image, here or at ${path}.`;
      return { path, content: "", encoding: "image" as const, size, next_offset: null, next_step };
    }
    const read = (bytes: number) =>
      readArtifactPart(experiment, cycle_id, name, { offset: offset ?? 0, limit: bytes });
    const part = await (limit === undefined ? readFitting(read) : read(limit));
    return { path, ...part, next_step: describeNext(part) };
  },
});

/** In bytes; less if quotes and control characters take more space in JSON, or if it is not text. */
const usualLimit = 6_000;
const mostJson = 7_000;

async function readFitting(read: (limit: number) => Promise<ArtifactPart>): Promise<ArtifactPart> {
  for (let limit = usualLimit; ; limit = Math.floor(limit / 2)) {
    const part = await read(limit);
    if (Buffer.byteLength(JSON.stringify(part.content)) <= mostJson) return part;
  }
}

function describeNext({
  encoding,
  next_offset,
}: Pick<z.infer<typeof output>, "encoding" | "next_offset">): string {
  if (encoding === "base64") return "It is not text: open path with a program that reads its format.";
  if (next_offset !== null) return `Call read_artifact with offset ${next_offset} for more.`;
  return "list_artifacts shows the other files of the cycle.";
}
