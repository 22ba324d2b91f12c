import * as z from "zod";
import type { Machine } from "../../packages/lakebase-local/tests/machine.ts";

/** Creates a branch through the API, and returns when its operation is done. */
export async function createBranch({ host, token }: Api, id: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, prefer: "wait=30" };
  const base = `${host}/api/2.0/postgres`;
  const body = JSON.stringify({ spec: { no_expiry: true } });
  const created = await fetch(`${base}/projects/local/branches?branch_id=${id}`, {
    method: "POST",
    headers,
    body,
  });
  const { name } = z.object({ name: z.string() }).parse(await created.json());
  const operation = z.object({ done: z.boolean().optional(), error: z.unknown().optional() });
  for (;;) {
    const { done, error } = operation.parse(await (await fetch(`${base}/${name}`, { headers })).json());
    if (error) throw new Error(JSON.stringify(error));
    if (done) return;
  }
}

export interface Api {
  host: string;
  token: string;
}

export async function openApi(machine: Machine): Promise<Api> {
  const shape = z.object({ DATABRICKS_HOST: z.string(), DATABRICKS_TOKEN: z.string() });
  const { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token } = await machine.json(shape, "env", "-o", "json");
  return { host, token };
}
