import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import type { Readable } from "node:stream";
import type { BundleManifest } from "../../schemas/bundle.ts";
import { CoreError, getMessage } from "../utils/core-error.ts";
import { findSystemError } from "../utils/processes/system-errors.ts";
import { unpackBundle } from "./archive.ts";
import { type BundleLimits, usualLimits } from "./limits.ts";
import { damaged, tooLarge } from "./refusal.ts";

/** A bundle that was read: what it says about itself, and its files. */
export interface Bundle {
  manifest: BundleManifest;
  /** Absolute path of the folder that now contains its artifacts, under their names in the cycle. */
  directory: string;
}

/**
 * Reads a bundle that anyone may have made, and puts its files into a folder: nothing outside of that folder, nothing
 * larger than the limits, no links. Of what it says about itself, only the form is checked, not whether it is true or fits
 * a workspace.
 * @param source the path of a file, or a stream of its content
 * @param directory absolute path of a folder that does not exist yet; the caller removes it, also after an error
 * @throws CoreError `source_unreadable`, `bundle_unreadable`, `bundle_unsupported`, `bundle_too_large`; the signal's
 *   reason; errors of the machine, such as a full disk
 */
export async function readBundle(
  source: string | Readable,
  directory: string,
  { limits = usualLimits, signal = new AbortController().signal }: ReadOptions = {},
): Promise<Bundle> {
  await mkdir(directory, { recursive: true });
  const stream = typeof source === "string" ? await openFile(source, limits) : source;
  try {
    const manifest = await unpackBundle(stream, directory, limits, signal);
    return { manifest, directory };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoreError || findSystemError(error) !== undefined) throw error;
    throw damaged(getMessage(error).replace(/\.$/, ""), error);
  }
}

interface ReadOptions {
  limits?: BundleLimits | undefined;
  signal?: AbortSignal | undefined;
}

async function openFile(path: string, { bytes }: BundleLimits): Promise<Readable> {
  // A pipe would make a thread wait for its writer.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    throw new CoreError("source_unreadable", `${path} could not be read: ${getMessage(cause)}`, {
      hint: "Pass the path of a bundle.",
      cause,
    });
  });
  const found = await file.stat();
  if (found.isFile() && found.size <= bytes) return file.createReadStream();
  await file.close();
  throw found.isFile()
    ? tooLarge(`${path} has ${found.size} bytes`)
    : damaged(`${path} is not a regular file`);
}
