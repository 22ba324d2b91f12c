import { readSchema, type SchemaSnapshot } from "../../../database/snapshot.ts";
import type { BranchName } from "../../../lakebase/branches/branch-id.ts";
import type { Connection } from "../../../lakebase/connection/client.ts";
import { openConnection } from "../../../lakebase/connection/connection.ts";
import type { Lakebase } from "../../../lakebase/lakebase.ts";

/** A branch that experiments were forked from, as a run found it. */
interface Parent {
  connection: Connection;
  schema: SchemaSnapshot;
}

/** Reads a parent once for all experiments of a run; again if that failed. @throws whatever `openConnection` throws */
export type ReadParent = (branch: BranchName) => Promise<Parent>;

export function rememberParents(lakebase: Lakebase, signal: AbortSignal): ReadParent {
  const read = async (branch: BranchName) => {
    const connection = await openConnection(lakebase, branch, { signal });
    return { connection, schema: await readSchema(connection) };
  };
  const known = new Map<BranchName, Promise<Parent>>();
  return (branch) => {
    const parent = known.get(branch) ?? read(branch);
    known.set(branch, parent);
    parent.catch(() => known.delete(branch));
    return parent;
  };
}
