import type { SchemaDifference } from "../../../schemas/schema-change.ts";
import { diffSchemas } from "../../database/diff.ts";
import { readSchema } from "../../database/snapshot.ts";
import { asBranchName } from "../../lakebase/branch-id.ts";
import { openConnection } from "../../lakebase/connection.ts";
import type { Lakebase } from "../../lakebase/lakebase.ts";

/**
 * What leads from the schema of one branch to that of another. Any two branches will do, siblings too.
 * @throws LakebaseError where a branch cannot be reached; CoreError `schema_unreadable`
 */
export async function diffBranchSchemas(
  { lakebase, signal }: { lakebase: Lakebase; signal?: AbortSignal },
  from_branch: string,
  to_branch: string,
): Promise<SchemaDifference> {
  const [from, to] = await Promise.all(
    [asBranchName(from_branch), asBranchName(to_branch)].map(async (branch) =>
      readSchema(await openConnection(lakebase, branch, { signal })),
    ),
  );
  return { from_branch, to_branch, changes: diffSchemas(from ?? [], to ?? []) };
}
