import { isUtf8 } from "node:buffer";
import type { ExperimentRef } from "../layout.ts";
import { readArtifact } from "./artifacts.ts";

/** A part of an artifact that fits into an answer. */
export interface ArtifactPart {
  content: string;
  /** Base64 if the part is not text. */
  encoding: "utf8" | "base64";
  /** The size of the whole artifact, in bytes. */
  size: number;
  /** Where the next part begins, in bytes; null at the end. */
  next_offset: number | null;
}

/**
 * Reads a part of an artifact, as text if possible.
 * @param limit in bytes; a character that would be split moves to the next part
 * @throws CoreError `unknown_artifact`, `invalid_name`
 */
export async function readArtifactPart(
  ref: ExperimentRef,
  cycleId: string,
  name: string,
  { offset, limit }: { offset: number; limit: number },
): Promise<ArtifactPart> {
  const { content, size, next_offset } = await readArtifact(ref, cycleId, name, { offset, limit });
  const text =
    next_offset === null ? content : content.subarray(0, content.length - countIncompleteBytes(content));
  if (!isUtf8(text) || (text.length === 0 && content.length > 0)) {
    return { content: content.toString("base64"), encoding: "base64", size, next_offset };
  }
  return {
    content: text.toString(),
    encoding: "utf8",
    size,
    next_offset: next_offset && offset + text.length,
  };
}

/** Counts the bytes at the end that belong to an incomplete UTF-8 character: 0 to 3. */
function countIncompleteBytes(bytes: Buffer): number {
  const tail = [...bytes.subarray(-3)].reverse();
  const lead = tail.findIndex((byte) => byte >= 0xc0);
  if (lead === -1 || tail.slice(0, lead).some((byte) => byte < 0x80)) return 0;
  const byte = tail[lead] ?? 0;
  const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
  return length > lead + 1 ? lead + 1 : 0;
}
