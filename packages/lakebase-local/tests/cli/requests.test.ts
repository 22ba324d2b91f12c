import { expect, test } from "vitest";
import { openDaemon } from "./daemon.ts";

const branch = "projects/p/branches/b";

/** Each command, and what it asks of the service (REST paths of the SDK). */
test.each<[string, string]>([
  ["create-project shop", "POST projects?project_id=shop"],
  ["get-project projects/p", "GET projects/p"],
  ["list-projects", "GET projects"],
  ["list-projects --show-deleted --page-size 5", "GET projects?page_size=5&show_deleted=true"],
  ["update-project projects/p spec.display_name", "PATCH projects/p?update_mask=spec.display_name"],
  ["delete-project projects/p", "DELETE projects/p"],
  ["delete-project projects/p --purge", "DELETE projects/p?purge=true"],
  ["undelete-project projects/p", "POST projects/p/undelete"],
  ["create-branch projects/p dev", "POST projects/p/branches?branch_id=dev"],
  [
    "create-branch projects/p dev --replace-existing",
    "POST projects/p/branches?branch_id=dev&replace_existing=true",
  ],
  [
    "create-branch projects/p dev --replace-existing=T",
    "POST projects/p/branches?branch_id=dev&replace_existing=true",
  ],
  ["create-branch projects/p dev --replace-existing=0", "POST projects/p/branches?branch_id=dev"],
  [`get-branch ${branch}`, `GET ${branch}`],
  ["list-branches projects/p --show-deleted=1", "GET projects/p/branches?show_deleted=true"],
  ["list-branches projects/p --page-token 7", "GET projects/p/branches?page_token=7"],
  [`update-branch ${branch} spec.is_protected`, `PATCH ${branch}?update_mask=spec.is_protected`],
  [`delete-branch ${branch}`, `DELETE ${branch}`],
  [`delete-branch ${branch} --purge=1`, `DELETE ${branch}?purge=true`],
  [`delete-branch ${branch} --purge=false`, `DELETE ${branch}`],
  [`undelete-branch ${branch}`, `POST ${branch}/undelete`],
  [`create-endpoint ${branch} reader`, `POST ${branch}/endpoints?endpoint_id=reader`],
  [`get-endpoint ${branch}/endpoints/e`, `GET ${branch}/endpoints/e`],
  [`list-endpoints ${branch}`, `GET ${branch}/endpoints`],
  [
    `update-endpoint ${branch}/endpoints/e spec.disabled`,
    `PATCH ${branch}/endpoints/e?update_mask=spec.disabled`,
  ],
  [`delete-endpoint ${branch}/endpoints/e`, `DELETE ${branch}/endpoints/e`],
  [`create-database ${branch} --database-id shop`, `POST ${branch}/databases?database_id=shop`],
  [`create-database ${branch}`, `POST ${branch}/databases`],
  [`get-database ${branch}/databases/d`, `GET ${branch}/databases/d`],
  [`list-databases ${branch} --limit 3`, `GET ${branch}/databases`],
  [`delete-database ${branch}/databases/d`, `DELETE ${branch}/databases/d`],
  [`create-role ${branch} --role-id app-role`, `POST ${branch}/roles?role_id=app-role`],
  [`update-role ${branch}/roles/r spec`, `PATCH ${branch}/roles/r?update_mask=spec`],
  [
    `delete-role ${branch}/roles/r --reassign-owned-to ${branch}/roles/heir`,
    `DELETE ${branch}/roles/r?reassign_owned_to=${encodeURIComponent(`${branch}/roles/heir`)}`,
  ],
  [`generate-database-credential ${branch}/endpoints/e`, "POST credentials"],
  [`get-operation ${branch}/operations/7`, `GET ${branch}/operations/7`],
  ["get-branch projects/p/branches/b?purge=true", "GET projects/p/branches/b%3Fpurge%3Dtrue"],
  ["get-branch projects/p/branches/b#c", "GET projects/p/branches/b%23c"],
  ["get-branch projects/p/branches/b%2Fc", "GET projects/p/branches/b%252Fc"],
])("%s asks for %s", async (line, call) => {
  const { run, calls } = await openDaemon(() => ({ body: { name: "o", done: true, response: {} } }));
  await run(...line.split(" "));
  expect(calls()[0]).toBe(call);
});

test.each<[string[], unknown]>([
  [["create-branch", "projects/p", "dev"], {}],
  [["create-branch", "projects/p", "dev", "--json", '{"spec":{"ttl":"60s"}}'], { spec: { ttl: "60s" } }],
  [["create-branch", "projects/p", "dev", "--ttl", "7d"], { spec: { ttl: "604800s" } }],
  [["create-branch", "projects/p", "dev", "--no-expiry"], { spec: { no_expiry: true } }],
  [["create-branch", "projects/p", "dev", "--json", "null"], null],
  [["generate-database-credential", "e"], { endpoint: "e" }],
  [["generate-database-credential", "e", "--ttl", "300s"], { endpoint: "e", ttl: "300s" }],
  [["generate-database-credential", "--json", '{"endpoint":"e"}'], { endpoint: "e" }],
  [["delete-branch", branch, "--purge"], undefined],
  [["undelete-branch", branch], undefined],
  [["get-branch", branch], undefined],
])("%j sends the body %j", async (words, body) => {
  const { run, asked } = await openDaemon(() => ({ body: { name: "o", done: true, response: {} } }));
  await run(...words);
  expect(asked[0]?.body).toEqual(body);
});
