import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { readArtifact } from "../src/experiments/artifacts.ts";
import { getExperiment } from "../src/experiments/experiments.ts";
import { defineTool, reads } from "./define-tool.ts";
import { artifactName, cycleId, experimentSlug, featureId } from "./fields.ts";

export const readArtifactTool = defineTool({
  name: "read_artifact",
  description: "A part of an artifact: text, or base64 where it is not text. next_offset leads on.",
  annotations: reads,
  input: z.strictObject({
    feature_id: featureId,
    experiment_slug: experimentSlug,
    cycle_id: cycleId,
    name: artifactName,
    offset: z.number().int().min(0).optional().describe("In bytes, default 0"),
    limit: z.number().int().min(1).max(100_000).optional().describe("In bytes, default 6000"),
  }),
  output: z.object({
    content: z.string(),
    encoding: z.enum(["utf8", "base64"]),
    size: z.number(),
    next_offset: z.number().nullable(),
  }),
  handler: async ({ cycle_id, name, offset = 0, limit = 6000, ...names }, { workspace }) => {
    const experiment = await getExperiment({ ...names, workspace });
    const part = await readArtifact(experiment, cycle_id, name, { offset, limit });
    const cut = part.next_offset === null ? 0 : partialCharacterAtEnd(part.content);
    const whole = part.content.subarray(0, part.content.length - cut);
    const encoding = whole.length > 0 || cut === 0 ? (isUtf8(whole) ? "utf8" : "base64") : "base64";
    const bytes = encoding === "utf8" ? whole : part.content;
    return {
      content: bytes.toString(encoding),
      encoding,
      size: part.size,
      next_offset: part.next_offset === null ? null : offset + bytes.length,
    };
  },
});

/** How many bytes at the end begin a UTF-8 character that the limit cut in two: 0 to 3. */
function partialCharacterAtEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    if (length > 1) return length > back ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}
