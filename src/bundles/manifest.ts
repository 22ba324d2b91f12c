import {
  type BundleManifest,
  bundleFormat,
  bundleManifestSchema,
  formatVersionSchema,
} from "../../schemas/bundle.ts";
import { casesName, schemaDifferenceName } from "../experiments/layout.ts";
import { CoreError } from "../utils/core-error.ts";
import { isTemporary } from "../utils/files/files.ts";
import { parseJson } from "../utils/files/json.ts";
import { type Problem, parseAs } from "../utils/parse.ts";
import type { BundleLimits } from "./limits.ts";
import { damaged, tooLarge } from "./refusal.ts";

const problem: Problem = {
  code: "bundle_unreadable",
  subject: "bundle.json",
  hint: "Write the bundle again where the suites ran.",
};

/** How far the clocks of two machines may be apart, in milliseconds. */
const clockSlackMs = 3_600_000;

/**
 * Reads the manifest of a bundle from its text.
 * @throws CoreError `bundle_unreadable`, `bundle_unsupported`, `bundle_too_large`
 */
export function readManifest(text: string, limits: BundleLimits): BundleManifest {
  const value = parseJson(text, problem);
  const { format } = parseAs(formatVersionSchema, value, problem);
  if (format !== bundleFormat) throw unsupported(format);
  const manifest = parseAs(bundleManifestSchema, value, problem);
  checkTimes(manifest);
  checkSizes(manifest, limits);
  checkNames(manifest);
  return manifest;
}

function unsupported(format: number): CoreError {
  const what = `The bundle has format ${format}; this version reads format ${bundleFormat}.`;
  return new CoreError("bundle_unsupported", what, {
    hint: "Use the same version of lakebase-experiments on all machines.",
  });
}

/** The run's id decides which of two bundles is older, so it must agree with the run's times. */
function checkTimes({ run_id, started_at, ended_at }: BundleManifest): void {
  const begun = run_id.replace(/^run-(....)(..)(..)T(..)(..)(..)-.*$/, "$1-$2-$3T$4:$5:$6Z");
  if (!(Math.abs(Date.parse(begun) - Date.parse(started_at)) <= clockSlackMs))
    throw damaged(`${run_id} did not begin at ${started_at}`);
  if (Date.parse(ended_at) < Date.parse(started_at)) throw damaged("its run ended before it began");
  if (Date.parse(ended_at) > Date.now() + clockSlackMs)
    throw damaged(`its run ended at ${ended_at}, which is still to come: compare the clocks of the machines`);
}

/** @throws CoreError `bundle_too_large` */
export function checkSizes(
  { files }: Pick<BundleManifest, "files">,
  { files: most, bytes, file_bytes }: BundleLimits,
): void {
  if (files.length > most) throw tooLarge(`it has ${files.length} files, and ${most} is the most`);
  const large = files.find(({ size }) => size > file_bytes);
  if (large !== undefined)
    throw tooLarge(`${large.name} has ${large.size} bytes, and ${file_bytes} is the most`);
  const all = files.reduce((sum, { size }) => sum + size, 0);
  if (all > bytes) throw tooLarge(`its files have ${all} bytes, and ${bytes} is the most`);
}

function checkNames({ tags, by_tag, files }: BundleManifest): void {
  const foreign = Object.keys(by_tag).find((tag) => !tags.includes(tag));
  if (foreign !== undefined) throw damaged(`it has a result of ${foreign}, which its run was not asked for`);
  const isOwn = isOfTags(tags);
  const other = files.find(({ name }) => !isOwn(name));
  if (other !== undefined) throw damaged(`no run of ${tags.join(", ")} leaves ${JSON.stringify(other.name)}`);
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw damaged("it has a file twice");
}

/** Returns a test for the artifacts of a cycle that belong to the given tags. A bundle contains no others. */
export function isOfTags(tags: readonly string[]): (name: string) => boolean {
  const folders = new Set([...tags, ...sharedFolders]);
  const files = new Set([...tags.map(casesName), schemaDifferenceName]);
  return (name) => {
    const [top = "", ...rest] = name.split("/");
    return rest.length === 0 ? files.has(top) : folders.has(top) && !rest.some(isTemporary);
  };
}

/** The folders of artifacts from what runs before the suites. */
export const sharedFolders = ["setup", "prepare"] as const;
