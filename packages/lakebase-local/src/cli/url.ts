import * as z from "zod";
import { apiBase } from "../commands.ts";
import type { Home } from "../home.ts";
import { LocalError } from "../local-error.ts";
import { call } from "./client.ts";

const endpointList = z.object({
  endpoints: z.array(
    z.object({ name: z.string(), status: z.object({ hosts: z.object({ host: z.string() }) }) }),
  ),
});

/**
 * A connection URL for a branch with a fresh credential in it.
 * @param branch an id in the project `local`, or a resource name
 */
export async function connectionUrl(home: Home, branch: string): Promise<string> {
  const name = branch.includes("/") ? branch : `projects/local/branches/${branch}`;
  const answer = await call(home, { method: "GET", path: `${apiBase}/${encodeURI(name)}/endpoints` });
  const [endpoint] = endpointList.parse(answer).endpoints;
  if (!endpoint)
    throw new LocalError(`branch ${branch} has no endpoint`, { hint: "Create one with create-endpoint." });
  const body = { endpoint: endpoint.name };
  const credential = await call(home, { method: "POST", path: `${apiBase}/credentials`, body });
  const { token } = z.object({ token: z.string() }).parse(credential);
  const me = await call(home, { method: "GET", path: "/api/2.0/preview/scim/v2/Me" });
  const { userName } = z.object({ userName: z.string() }).parse(me);
  const login = `${encodeURIComponent(userName)}:${encodeURIComponent(token)}`;
  return `postgresql://${login}@${endpoint.status.hosts.host}/databricks_postgres?sslmode=disable`;
}
