import { request } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { Machine } from "../machine.ts";

let machine: Machine;
let port: number;
let token: string;

beforeAll(async () => {
  machine = await Machine.create();
  const shape = z.object({ DATABRICKS_HOST: z.url(), DATABRICKS_TOKEN: z.string() });
  const access = await machine.json(shape, "env", "-o", "json");
  port = Number(new URL(access.DATABRICKS_HOST).port);
  token = access.DATABRICKS_TOKEN;
});

afterAll(() => machine.destroy());

/** Sends a request as it stands, where `fetch` would tidy up its target and its host. */
function ask(method: string, path: string, host = `127.0.0.1:${port}`) {
  const headers = { host, authorization: `Bearer ${token}` };
  return new Promise<{ status: number | undefined; body: unknown }>((resolve, reject) => {
    const outgoing = request({ host: "127.0.0.1", port, method, path, headers }, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(Buffer.from(chunk));
      resolve({ status: response.statusCode, body: JSON.parse(Buffer.concat(chunks).toString()) });
    });
    outgoing.on("error", reject).end();
  });
}

test.each([
  "//",
  "/",
  "///x",
  "/api/2.0/postgres",
  "/api/2.0/postgres/%ff",
  "*",
  "http://127.0.0.1/local/status",
])("answers %s with not found", async (path) => {
  expect(await ask("POST", path)).toEqual({
    status: 404,
    body: { error_code: "NOT_FOUND", message: "resource not found" },
  });
});

test.each(["attacker.example", "attacker.example:80", "127.0.0.1.attacker.example", "[::1]"])(
  "refuses a request to the host %j, whatever its token",
  async (host) => {
    expect((await ask("GET", "/local/status", host)).status).toBe(403);
    expect((await ask("GET", "/.well-known/databricks-config", host)).status).toBe(403);
  },
);

test.each(["localhost", "127.0.0.1"])("answers a request to the host %s", async (name) => {
  expect(await ask("GET", "/local/status", `${name}:${port}`)).toMatchObject({ status: 200 });
});
