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
  /** Left out where it was not asked for. */
  data?: DataDifference;
}

/**
 * What leads from the schema of one branch to that of another, and how many of their rows differ. Any two branches will
 * do, siblings too, each given by its name or its uid.
 * @throws LakebaseError where a branch cannot be reached; CoreError `schema_unreadable`, `database_unreadable`
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
