import type { SchemaDifference } from "../../../schemas/comparison/schema-change.ts";
import { diffSchemas } from "../../database/diff.ts";
import { readSchema } from "../../database/snapshot.ts";
import { resolveBranchName } from "../../lakebase/branches/branches.ts";
import { openBudget } from "../../lakebase/cli/budget.ts";
import { openConnection } from "../../lakebase/connection/connection.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";

/**
 * What leads from the schema of one branch to that of another. Any two branches will do, siblings too, each given by
 * its name or its uid.
 * @throws LakebaseError where a branch cannot be reached; CoreError `schema_unreadable`
 */
export async function diffBranchSchemas(
  { lakebase, signal }: { lakebase: Lakebase; signal?: AbortSignal },
  from_branch: string,
  to_branch: string,
): Promise<SchemaDifference> {
  const read = async (text: string) => {
    const branch = await resolveBranchName(lakebase, text, openBudget(lakebase, { signal }));
    return { branch, schema: await readSchema(await openConnection(lakebase, branch, { signal })) };
  };
  const [from, to] = await Promise.all([read(from_branch), read(to_branch)]);
  return {
    from_branch: from.branch,
    to_branch: to.branch,
    changes: diffSchemas(from.schema, to.schema),
  };
}
