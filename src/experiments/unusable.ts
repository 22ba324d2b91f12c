import { existsSync } from "node:fs";
import { join } from "node:path";
import type * as z from "zod";
import { experimentSlugSchema, featureIdSchema } from "../../schemas/names.ts";
import { listFolders } from "../utils/files/files.ts";
import { isValid } from "../utils/is-valid.ts";
import { experimentsDirectory, stateDirectory } from "./layout.ts";

/** A folder with records that no call can refer to, because its name is not valid. */
export interface UnusableFolder {
  /** Absolute. */
  path: string;
  reason: string;
}

/**
 * Lists the folders of a feature that would be experiments if not for their name, and those with experiments one level
 * deeper.
 * @param used the slugs of its experiments, if the caller has read them: those folders need no second look
 */
export async function listUnusableExperiments(
  workspace: string,
  featureId: string,
  used: ReadonlySet<string> = new Set(),
): Promise<UnusableFolder[]> {
  const directory = experimentsDirectory(workspace, featureId);
  const folders = (await listFolders(directory)).filter((name) => !used.has(name)).sort();
  const found = folders.map(async (name) => {
    const path = join(directory, name);
    if (hasBranch(path)) return refuseName(path, name, experimentSlugSchema);
    // The layout of the kit's later versions.
    const inner = (await listFolders(path)).filter((folder) => hasBranch(join(path, folder)));
    const reason = `it contains experiments of a story (${inner.length}), but only those directly below a feature are read`;
    return inner.length === 0 ? [] : [{ path, reason }];
  });
  return (await Promise.all(found)).flat();
}

const hasBranch = (path: string) => existsSync(join(path, "branch.txt"));

/**
 * Lists all unusable folders of a workspace: features with an invalid name, and the experiments of the other features.
 */
export async function listUnusable(workspace: string): Promise<UnusableFolder[]> {
  const records = stateDirectory(workspace);
  const [planned, named] = await Promise.all([
    listFolders(join(records, "features")),
    listFolders(join(records, "experiments")),
  ]);
  const features = [
    ...planned.flatMap((name) => refuseName(join(records, "features", name), name, featureIdSchema)),
    ...named.flatMap((name) => refuseName(join(records, "experiments", name), name, featureIdSchema)),
  ];
  const usable = named.filter((name) => isValid(featureIdSchema, name));
  const experiments = usable.map((featureId) => listUnusableExperiments(workspace, featureId));
  return [...features, ...(await Promise.all(experiments)).flat()];
}

function refuseName(path: string, name: string, schema: z.ZodType): UnusableFolder[] {
  const issues = schema.safeParse(name).error?.issues ?? [];
  const [first] = issues;
  return first === undefined ? [] : [{ path, reason: first.message }];
}

/** Where later versions of the kit keep their records. This server only reads `.tdd`. */
const otherRoots = [".consort", ".sftdd"];

/** Lists the folders, such as `.consort`, that contain records of a feature, or of any feature. */
export function findOtherRoots(workspace: string, featureId = ""): string[] {
  return otherRoots.filter((root) =>
    ["features", "experiments"].some((kind) => existsSync(join(workspace, root, kind, featureId))),
  );
}
