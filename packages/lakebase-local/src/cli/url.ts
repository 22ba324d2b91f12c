import { apiBase } from "../commands.ts";
import { readField, readList, readText } from "../fields.ts";
import type { Home } from "../home.ts";
import { LocalError } from "../local-error.ts";
import { call } from "./client.ts";
import { encodePath } from "./paths.ts";

/**
 * A connection URL for a branch with a fresh credential in it.
 * @param branch an id in the project `local`, or a resource name
 */
export async function connectionUrl(home: Home, branch: string): Promise<string> {
  const name = branch.includes("/") ? branch : `projects/local/branches/${branch}`;
  const answer = await call(home, { method: "GET", path: `${apiBase}/${encodePath(name)}/endpoints` });
  const endpoint = readList(answer, "endpoints").find(
    (each) => readField(readField(each, "status"), "endpoint_type") === "ENDPOINT_TYPE_READ_WRITE",
  );
  if (!endpoint)
    throw new LocalError(`branch ${branch} has no endpoint to write to`, {
      hint: "Create one with create-endpoint.",
    });
  const body = { endpoint: readText(endpoint, "name") };
  const credential = await call(home, { method: "POST", path: `${apiBase}/credentials`, body });
  const me = await call(home, { method: "GET", path: "/api/2.0/preview/scim/v2/Me" });
  const [user, token] = [readText(me, "userName"), readText(credential, "token")].map(encodeURIComponent);
  const host = readText(readField(readField(endpoint, "status"), "hosts"), "host");
  return `postgresql://${user}:${token}@${host}/databricks_postgres?sslmode=disable`;
}
