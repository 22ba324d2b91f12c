import { Client } from "pg";
import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";
import { diffSchemas } from "../../src/database/diff.ts";
import { readSchema } from "../../src/database/snapshot.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import type { Expiry } from "../../src/lakebase/branches/expiry.ts";
import { openConnection } from "../../src/lakebase/connection/connection.ts";
import { localLakebase } from "../support/lakebase.ts";

/** A branch of a file's own, and a client of its database. @param parentBranch default: the default branch */
export async function testBranch(name: string, expiry: Expiry = { ttl: "3600s" }, parentBranch?: string) {
  const lakebase = localLakebase();
  const branch = asBranchName(name);
  await createBranch(lakebase, { branch, expiry, parentBranch });
  const login = await openConnection(lakebase, branch);
  const { host, port, user, password, database } = login;
  const connect = async (to = database) => {
    const client = new Client({ host, port, user, password, database: to });
    await client.connect();
    return client;
  };
  return { lakebase, login, connect };
}

export type TestBranch = Awaited<ReturnType<typeof testBranch>>;

/** What `after` changes in what `before` made, both in a schema `s` that does not stay. */
export async function difference(
  { login, connect }: TestBranch,
  before: string,
  after: string,
): Promise<SchemaChange[]> {
  const client = await connect();
  try {
    await client.query("create schema s; set search_path = s, public");
    await client.query(before);
    const from = await readSchema(login);
    await client.query(after);
    return diffSchemas(from, await readSchema(login));
  } finally {
    await client.query("drop schema if exists s cascade");
    await client.end();
  }
}
