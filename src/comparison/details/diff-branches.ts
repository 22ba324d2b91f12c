import type { DataDifference } from "../../../schemas/comparison/data-difference.ts";
import type { SchemaDifference } from "../../../schemas/comparison/schema-change.ts";
import { compareData } from "../../database/data/compare-data.ts";
import { diffSchemas } from "../../database/diff.ts";
import { readSchema } from "../../database/snapshot.ts";
import { resolveBranchName } from "../../lakebase/branches/branches.ts";
import { openBudget } from "../../lakebase/cli/budget.ts";
import { openConnection } from "../../lakebase/connection/connection.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";

/** How two branches differ. */
export interface BranchDifference extends SchemaDifference {
  /** Only present if requested. */
  data?: DataDifference;
}

/**
 * Compares the schemas of two branches and counts the rows that differ. The branches need not be related, and each may
 * be given by name or uid.
 * @throws LakebaseError if a branch cannot be reached; CoreError `schema_unreadable`, `database_unreadable`
 */
export async function diffBranches(
  { lakebase, signal }: { lakebase: Lakebase; signal?: AbortSignal },
  from_branch: string,
  to_branch: string,
  { withData }: { withData: boolean },
): Promise<BranchDifference> {
  const read = async (text: string) => {
    const branch = await resolveBranchName(lakebase, text, openBudget(lakebase, { signal }));
    const connection = await openConnection(lakebase, branch, { signal });
    return { branch, connection, schema: await readSchema(connection) };
  };
  const [from, to] = await Promise.all([read(from_branch), read(to_branch)]);
  return {
    from_branch: from.branch,
    to_branch: to.branch,
    changes: diffSchemas(from.schema, to.schema),
    ...(withData && { data: await compareData(from.connection, to.connection, { signal }) }),
  };
}
