import { resolve } from "node:path";
import type { Run } from "../../../schemas/run.ts";
import { writeBundle } from "../../bundles/write-bundle.ts";
import type { Context } from "../../context.ts";
import { restoreCode } from "../../lifecycle/restore-code.ts";
import { CoreError } from "../../utils/core-error.ts";
import { isDirectory } from "../../utils/files/files.ts";
import { print } from "../print.ts";

/**
 * Verifies that a run can be written to a bundle: that it has exactly one experiment, whose code is here, and that the
 * file's folder exists.
 * @throws CoreError `invalid_input`, and whatever `restoreCode` throws
 */
export async function prepareShard(
  context: Context,
  feature_id: string,
  slugs: readonly string[],
  file: string,
): Promise<void> {
  const [experiment_slug, ...others] = new Set(slugs);
  if (experiment_slug === undefined || others.length > 0) {
    throw new CoreError("invalid_input", "--bundle takes a run of exactly one experiment.", {
      hint: `Name one, as in: lakebase-experiments run ${feature_id} EXPERIMENT --bundle ${file}`,
    });
  }
  const folder = resolve(file, "..");
  if (!(await isDirectory(folder))) {
    throw new CoreError("invalid_input", `The folder ${folder} for the bundle does not exist.`, {
      hint: "Create it, or name a file in a different folder.",
    });
  }
  const { workspace } = context;
  for (const warning of await restoreCode(context, { workspace, feature_id, experiment_slug }))
    print(warning);
}

/** Writes a run's results to the file and prints what was written. @throws CoreError whatever `writeBundle` throws */
export async function writeShard({ workspace }: Context, { run_id }: Run, file: string): Promise<void> {
  const { path, bytes, manifest } = await writeBundle({ workspace, run_id, path: resolve(file) });
  const { files, commit, dirty } = manifest;
  print(`Wrote ${path}: ${files.length} files, ${Math.ceil(bytes / 1024)} KB.`);
  if (commit === null || dirty)
    print("No other machine will accept it: the code has uncommitted changes. Commit, then run again.");
}
