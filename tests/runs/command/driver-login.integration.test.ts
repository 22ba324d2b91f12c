import { resolve } from "node:path";
import { expect, test } from "vitest";
import { script } from "../../support/plans.ts";
import { prepareRun, waitFor } from "../../support/runs.ts";

/** What Databricks' Node driver does for a password, and what else its login could be tried for. */
const asDriver = `
  const { Client } = require(${JSON.stringify(resolve("node_modules/pg"))});
  const { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token, LAKEBASE_ENDPOINT: endpoint, PGHOST, PGPORT, PGUSER } = process.env;
  const ask = (method, path, body) => fetch(host + path, {
    method, headers: { authorization: "Bearer " + token }, body: body && JSON.stringify(body),
  });
  (async () => {
    const credential = await (await ask("POST", "/api/2.0/postgres/credentials", { endpoint })).json();
    const login = { host: PGHOST, port: Number(PGPORT), user: PGUSER, password: credential.token };
    const client = new Client({ ...login, database: "databricks_postgres" });
    await client.connect();
    const { rows } = await client.query("SELECT current_user AS me");
    await client.end();
    const other = endpoint.replace(/branches\\/[^/]+/, "branches/production");
    console.log(JSON.stringify({
      me: rows[0].me === PGUSER,
      whoAmI: (await (await ask("GET", "/api/2.0/preview/scim/v2/Me")).json()).userName === PGUSER,
      other: (await ask("POST", "/api/2.0/postgres/credentials", { endpoint: other })).status,
      list: (await ask("GET", "/api/2.0/postgres/projects/local/branches")).status,
      stop: (await ask("POST", "/local/stop")).status,
      login: Object.keys(process.env).filter((name) => /^(DATABRICKS|ARM)_/.test(name)).sort(),
    }));
  })();`;

test("lets the Databricks driver fetch passwords with the branch's login, which gives no other access", async () => {
  const feature = await prepareRun(() => ({ suites: { api: script(asDriver) } }), ["exp-a"], {
    DATABRICKS_TOKEN: "a-real-login-of-the-machine",
    DATABRICKS_CLIENT_ID: "somebody",
    ARM_TENANT_ID: "somewhere",
  });
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  expect(run.results[0]?.by_tag).toEqual({ api: { passed: 1, failed: 0 } });
  expect(JSON.parse(await feature.artifact("exp-a", "api/stdout.log"))).toEqual({
    me: true,
    whoAmI: true,
    other: 403,
    list: 403,
    stop: 403,
    login: ["DATABRICKS_AUTH_TYPE", "DATABRICKS_HOST", "DATABRICKS_TOKEN"],
  });
});
