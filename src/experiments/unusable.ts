import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { experimentSlugSchema, featureIdSchema } from "../../schemas/names.ts";
import { foldersIn } from "../utils/files/files.ts";
import { experimentsDirectory, stateDirectory } from "./layout.ts";

/** A folder with records in it that no call of ours can use, since its name is none that we would give. */
export interface UnusableFolder {
  /** Absolute. */
  path: string;
  reason: string;
}

/** The folders of a feature that are experiments but for their name, and those that hold experiments one level deeper. */
export async function listUnusableExperiments(
  workspace: string,
  featureId: string,
): Promise<UnusableFolder[]> {
  const directory = experimentsDirectory(workspace, featureId);
  const folders = (await foldersIn(directory)).sort();
  const found = folders.map(async (name) => {
    const path = join(directory, name);
    if (hasBranch(path)) return refuseName(path, name, experimentSlugSchema);
    // As the kit's later versions lay them out.
    const inner = (await foldersIn(path)).filter((folder) => hasBranch(join(path, folder)));
    const reason = `it holds the experiments of a story (${inner.length}), and experiments are read directly below their feature alone`;
    return inner.length === 0 ? [] : [{ path, reason }];
  });
  return (await Promise.all(found)).flat();
}

const hasBranch = (path: string) => existsSync(join(path, "branch.txt"));

/** All of a workspace: of its features, those whose own name will not do, and the experiments of the others. */
export async function listUnusable(workspace: string): Promise<UnusableFolder[]> {
  const records = stateDirectory(workspace);
  const [planned, named] = await Promise.all([
    foldersIn(join(records, "features")),
    foldersIn(join(records, "experiments")),
  ]);
  const features = [
    ...planned.flatMap((name) => refuseName(join(records, "features", name), name, featureIdSchema)),
    ...named.flatMap((name) => refuseName(join(records, "experiments", name), name, featureIdSchema)),
  ];
  const usable = named.filter((name) => featureIdSchema.safeParse(name).success);
  const experiments = usable.map((featureId) => listUnusableExperiments(workspace, featureId));
  return [...features, ...(await Promise.all(experiments)).flat()];
}

function refuseName(path: string, name: string, schema: z.ZodType): UnusableFolder[] {
  const issues = schema.safeParse(name).error?.issues ?? [];
  const [first] = issues;
  return first === undefined ? [] : [{ path, reason: first.message }];
}

/** Where later versions of the kit keep its records. This server reads `.tdd` alone. */
const otherRoots = [".consort", ".sftdd"];

/** The folders, as `.consort`, in which the records of a feature lie, or any. */
export function findOtherRoots(workspace: string, featureId = ""): string[] {
  return otherRoots.filter((root) =>
    ["features", "experiments"].some((kind) => existsSync(join(workspace, root, kind, featureId))),
  );
}
