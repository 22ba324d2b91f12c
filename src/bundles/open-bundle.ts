import type { ErrorDescription } from "../../schemas/error.ts";
import type { Context } from "../context.ts";
import { findExperiment } from "../experiments/experiments.ts";
import { describeError } from "../utils/describe-error.ts";
import { findKnownError } from "../utils/processes/system-errors.ts";
import { checkFit, findCounted } from "./check-fit.ts";
import type { FittingBundle } from "./merge-bundles.ts";
import { type Bundle, readBundle } from "./read-bundle.ts";
import { recountBundle } from "./recount.ts";

/** The outcome of importing a bundle. */
export type ImportedBundle = { path: string } & (
  | ({ status: "merged" | "already" } & BundleNames & {
        /** The cycle of this workspace that has its counts. */
        cycle_id: string;
      })
  /** Nothing of it was merged. It has no names if it could not be read. */
  | ({ status: "refused"; error: ErrorDescription } & Partial<BundleNames>)
);

interface BundleNames {
  feature_id: string;
  experiment_slug: string;
  tags: string[];
  machine: string;
}

export type ImportContext = Pick<Context, "workspace" | "launch" | "signal">;

/** A bundle that was read and counted again, or the outcome that it already has. */
export type Opened = { path: string } & ({ settled: ImportedBundle } | { fitting: FittingBundle });

/** Reads a bundle, checks it against the workspace, and counts its reports again. If any of these fails, it is refused. */
export async function openBundle(context: ImportContext, path: string, directory: string): Promise<Opened> {
  const { workspace, signal } = context;
  let bundle: Bundle | undefined;
  try {
    bundle = await readBundle(path, directory, { signal });
    const counted = await findMerged(workspace, bundle, path);
    if (counted !== undefined) return { path, settled: counted };
    const fit = await checkFit(workspace, bundle.manifest);
    const recounted = await recountBundle(bundle, fit.plan, context);
    return { path, fitting: { bundle, recounted, ...fit } };
  } catch (error) {
    signal.throwIfAborted();
    return { path, settled: refuse(path, bundle, error) };
  }
}

/** Returns the answer for a bundle whose counts are already here; undefined if they are not. */
export async function findMerged(
  workspace: string,
  { manifest }: Bundle,
  path: string,
): Promise<ImportedBundle | undefined> {
  const experiment = await findExperiment({ ...nameBundle(manifest), workspace });
  const cycle = experiment && (await findCounted(experiment, manifest));
  if (cycle === undefined) return undefined;
  return { path, status: "already", ...nameBundle(manifest), cycle_id: cycle.cycle_id ?? "" };
}

/** @throws only defects */
export function refuse(path: string, bundle: Bundle | undefined, error: unknown): ImportedBundle {
  if (findKnownError(error) === undefined) throw error;
  const names = bundle === undefined ? {} : nameBundle(bundle.manifest);
  return { path, status: "refused", ...names, error: describeError(error) };
}

export function nameBundle({ feature_id, experiment_slug, tags, machine }: Bundle["manifest"]): BundleNames {
  return { feature_id, experiment_slug, tags, machine };
}
