import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { anyJson, anyPath, anyText, tries } from "../../../tests/support/fuzz.ts";
import { Machine, query } from "./machine.ts";

let machine: Machine;
const accessSchema = z.object({ DATABRICKS_HOST: z.string(), DATABRICKS_TOKEN: z.string() });

beforeAll(async () => {
  machine = await Machine.create();
  await machine.run("start");
});

afterAll(() => machine.destroy());

const path = fc.oneof(
  anyPath,
  fc
    .array(
      fc.oneof(
        fc.constantFrom("projects", "local", "branches", "production", "endpoints", "primary", "roles"),
        anyText,
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.map((part) => encodeURIComponent(withoutHalves(part))).join("/")),
);

/** Half of a surrogate pair is no text that a URL can have. */
function withoutHalves(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "?");
}

const body = anyJson([
  "spec",
  "ttl",
  "no_expiry",
  "source_branch",
  "name",
  "update_mask",
  "parent",
  "endpoint",
]);

test("the API answers every request with JSON and never with a server error", async () => {
  const access = await machine.json(accessSchema, "env", "-o", "json");
  const { DATABRICKS_HOST: host, DATABRICKS_TOKEN: token } = access;
  const methods = fc.constantFrom("GET", "POST", "PATCH", "DELETE", "PUT");
  await fc.assert(
    fc.asyncProperty(methods, path, body, async (method, target, json) => {
      const url = new URL(`/api/2.0/postgres/${encodeURI(withoutHalves(target))}`, host);
      const sends = method === "GET" ? {} : { body: JSON.stringify(json) ?? "" };
      const response = await fetch(url, { method, headers: { authorization: `Bearer ${token}` }, ...sends });
      expect(response.status).toBeLessThan(500);
      JSON.parse(await response.text());
    }),
    tries(150),
  );
});

test("the proxy keeps serving other clients, whatever one client sends", async () => {
  const login = await machine.login("production");
  const { host = "", port = 0 } = login;
  const startup = Buffer.from(
    "\0\0\0\x2b\0\x03\0\0user\0nobody\0database\0databricks_postgres\0\0",
    "latin1",
  );
  const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
  const packet = fc.oneof(
    bytes,
    bytes.map((rest) => Buffer.concat([startup, rest])),
    fc.tuple(fc.integer(), bytes).map(([length, rest]) => {
      const head = Buffer.alloc(4);
      head.writeInt32BE(length);
      return Buffer.concat([head, rest]);
    }),
  );
  await fc.assert(
    fc.asyncProperty(packet, fc.boolean(), async (sent, isPatient) => {
      const socket = connect({ host, port });
      const closed = once(socket, "close");
      socket.on("error", () => {});
      socket.resume();
      await once(socket, "connect");
      socket.write(sent);
      if (isPatient) await Promise.race([closed, sleep(20)]);
      socket.destroy();
      await closed;
    }),
    tries(100),
  );
  expect(await query(login, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});
