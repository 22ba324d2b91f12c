import type { ExperimentRef } from "../layout.ts";
import { readArtifact } from "./artifacts.ts";

/** An artifact that is an image. */
export interface ArtifactImage {
  media_type: string;
  /** In bytes. */
  size: number;
  /** Undefined if it is too large for an answer, or truncated. */
  bytes: Buffer | undefined;
}

/** In bytes. Base64 adds a third, and models accept at most 5 MB. */
const largest = 3.75 * 2 ** 20;

/**
 * An image format: the bytes it begins with, and how to tell a complete file. A suite may be killed while writing one.
 */
interface Format {
  media_type: string;
  start: string;
  /** What follows the length in a RIFF file, which may also contain audio or video. */
  format?: string;
  isWhole: (bytes: Buffer) => boolean;
}

const formats: readonly Format[] = [
  { media_type: "image/png", start: "\x89PNG\r\n\x1a\n", isWhole: endsWith("IEND\xaeB`\x82") },
  { media_type: "image/jpeg", start: "\xff\xd8\xff", isWhole: endsWith("\xff\xd9") },
  { media_type: "image/gif", start: "GIF87a", isWhole: endsWith(";") },
  { media_type: "image/gif", start: "GIF89a", isWhole: endsWith(";") },
  {
    media_type: "image/webp",
    start: "RIFF",
    format: "WEBP",
    isWhole: (bytes) => bytes.readUInt32LE(4) + 8 === bytes.length,
  },
];

/**
 * Reads an artifact as an image if its content is PNG, JPEG, GIF or WebP, regardless of its name; undefined otherwise.
 * @throws CoreError `unknown_artifact`, `invalid_name`
 */
export async function readImage(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
): Promise<ArtifactImage | undefined> {
  const head = await readArtifact(ref, cycleId, name, { limit: 12 });
  const format = recognize(head.content.toString("latin1"));
  if (format === undefined) return undefined;
  const { media_type, isWhole } = format;
  if (head.size > largest) return { media_type, size: head.size, bytes: undefined };
  const { content, size } = await readArtifact(ref, cycleId, name, { limit: largest });
  return { media_type, size, bytes: isWhole(content) ? content : undefined };
}

function endsWith(end: string): Format["isWhole"] {
  return (bytes) => bytes.subarray(-end.length).toString("latin1") === end;
}

function recognize(head: string): Format | undefined {
  return formats.find(({ start, format = "" }) => head.startsWith(start) && head.startsWith(format, 8));
}
