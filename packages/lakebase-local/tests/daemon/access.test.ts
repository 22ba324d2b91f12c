import { request } from "node:http";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { lastConnection } from "../../src/connection.ts";
import { useEmulator } from "../emulator.ts";

const base = "/api/2.0/postgres";
const endpoint = "projects/local/branches/production/endpoints/primary";
const me = "/api/2.0/preview/scim/v2/Me";

interface Asked {
  method?: string;
  path: string;
  token?: string | undefined;
  host?: string;
  body?: string;
}

const open = useEmulator((emulator) => emulator.addBranch("dev"));

/** Sends a request as no client of ours would. @returns status and body */
async function ask({
  method = "GET",
  path,
  token = "token",
  host = "localhost",
  body,
}: Asked): Promise<{ status: number | undefined; body: unknown }> {
  const port = (await lastConnection(open().home))?.port;
  const headers = { host, ...(token !== "" && { authorization: `Bearer ${token}` }) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: "127.0.0.1", method, path, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

const refusal = (status: number, error_code: string, message = "") => ({
  status,
  body: { error_code, message: expect.stringContaining(message) },
});

test.each([
  ["no token", ""],
  ["another token", "guess"],
  ["the beginning of the token", "toke"],
  ["the token with more behind it", "token2"],
])("refuses a request with %s", async (_what, token) => {
  const answer = await ask({ path: `${base}/projects`, token });
  expect(answer).toEqual(refusal(401, "UNAUTHENTICATED", "Credential was not sent"));
});

test.each(["example.com", "localhost.example.com", "127.0.0.1.example.com", "evil", "192.168.1.1:80"])(
  "refuses a request under the name %j, which a page in a browser could have lead here",
  async (host) => {
    const answer = await ask({ path: `${base}/projects`, host });
    expect(answer).toEqual(refusal(403, "PERMISSION_DENIED", "127.0.0.1 and localhost only"));
  },
);

test.each(["localhost", "localhost:9", "127.0.0.1", "127.0.0.1:80"])(
  "answers to the name %s",
  async (host) => {
    expect(await ask({ path: `${base}/projects`, host })).toMatchObject({
      status: 200,
    });
  },
);

describe("a credential", () => {
  const tokenShape = z.object({ token: z.string() });
  const issue = async () =>
    tokenShape.parse(await open().json("generate-database-credential", endpoint)).token;

  test("gives its endpoint further ones, and says whose it is", async () => {
    const token = await issue();
    expect(await ask({ path: me, token })).toMatchObject({
      status: 200,
      body: { userName: "tester@lakebase.local" },
    });
    const further = {
      method: "POST",
      path: `${base}/credentials`,
      token,
      body: JSON.stringify({ endpoint }),
    };
    expect(await ask(further)).toMatchObject({ status: 200, body: { token: expect.any(String) } });
  });

  test.each<[string, Asked]>([
    ["one of another endpoint", { method: "POST", path: `${base}/credentials` }],
    ["a list", { path: `${base}/projects` }],
    ["a deletion", { method: "DELETE", path: `${base}/projects/local` }],
    ["the daemon's status", { path: "/local/status" }],
    ["the daemon's end", { method: "POST", path: "/local/stop" }],
  ])("gives no access to %s", async (_what, asked) => {
    const token = await issue();
    const body = JSON.stringify({ endpoint: endpoint.replace("production", "dev") });
    const answer = await ask({
      ...asked,
      token,
      ...(asked.path.endsWith("credentials") && { body }),
    });
    expect(answer).toEqual(refusal(403, "PERMISSION_DENIED", "good for further ones of that endpoint only"));
  });
});

test.each([
  ["GET", "/"],
  ["GET", "/api/2.0/postgres"],
  ["GET", `${base}/`],
  ["GET", `${base}/nope`],
  ["PUT", `${base}/projects/local`],
  ["GET", `${base}/projects/local/undelete`],
  ["POST", `${base}/projects/local`],
  ["GET", `${base}/projects/local/branches/production/endpoints/primary/more`],
  ["GET", `${base}//local`],
  ["GET", `${base}/projects/../projects/local`],
  ["DELETE", `${base}/projects/local/branches/..`],
  ["DELETE", `${base}/projects/local/branches/%2e%2E`],
  ["DELETE", `${base}/projects/local/branches/.`],
  ["GET", `${base}x/projects`],
  ["GET", "http://localhost/api/2.0/postgres/projects"],
])("knows no %s %s", async (method, path) => {
  expect(await ask({ method, path })).toEqual(refusal(404, "NOT_FOUND", "resource not found"));
  expect(open().platform.store.projects()).toHaveLength(1);
});

test.each([
  ["GET", `${base}/projects/%6cocal`],
  ["GET", `${base}/projects?x=/../`],
  ["GET", "/.well-known/databricks-config"],
])("answers %s %s", async (method, path) => {
  expect(await ask({ method, path })).toMatchObject({ status: 200 });
});

test.each([
  ["that is not JSON", "{", 400, "INVALID_PARAMETER_VALUE", "The request's body is not JSON"],
  ["of more than 1 MiB", `"${"x".repeat(1024 * 1024)}"`, 413, "REQUEST_TOO_LARGE", "body is too large"],
])("refuses a body %s", async (_what, body, status, code, message) => {
  const answer = await ask({ method: "POST", path: `${base}/credentials`, body });
  expect(answer).toEqual(refusal(status, code, message));
});
