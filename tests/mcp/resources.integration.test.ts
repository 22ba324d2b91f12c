import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { expect, test } from "vitest";
import * as z from "zod";
import { planSchema } from "../../schemas/plan/plan.ts";
import { writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { cycleDirectory, planPath } from "../../src/experiments/layout.ts";
import { recordCycle } from "../support/records.ts";
import { startServer } from "../support/server.ts";

const feature = "lakebase://features/F1";
const artifacts = `${feature}/experiments/exp-a/artifacts/C1`;
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const textSchema = z.tuple([z.object({ uri: z.string(), mimeType: z.string(), text: z.string() })]);
const blobSchema = z.tuple([z.object({ mimeType: z.string(), blob: z.string() })]);

/** A server whose workspace has a plan, and one experiment with one cycle. */
async function prepare() {
  const server = await startServer();
  const { workspace, client } = server;
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  await server.writePlan("F1", { suites: { api: { command: ["true"], report: { format: "exit-code" } } } });
  await recordCycle(ref);
  return {
    ...server,
    ref,
    read: async (uri: string) => textSchema.parse((await client.readResource({ uri })).contents)[0],
  };
}

test("every listed resource can be read with its declared type", async () => {
  const { client, read, workspace, ref } = await prepare();
  await writeArtifact(ref, "C1", "any.log", "x");

  const { resources } = await client.listResources();

  expect(resources.map(({ uri }) => uri)).toEqual([
    "lakebase://plan.schema.json",
    `${feature}/plan.json`,
    `${feature}/comparison.md`,
    `${feature}/comparison.html`,
  ]);
  for (const { uri, mimeType } of resources) expect((await read(uri)).mimeType).toBe(mimeType);
  expect(JSON.parse((await read("lakebase://plan.schema.json")).text)).toEqual(
    z.toJSONSchema(planSchema, { io: "input" }),
  );
  expect((await read(`${feature}/comparison.md`)).text).toContain("exp-a");
  expect((await read(`${feature}/comparison.html`)).text).toMatch(/^<!doctype html>/);
  await writeFile(planPath(workspace, "F1"), '{ "env": { "URL": "postgres://me:secret@host/db" }');
  const plan = (await read(`${feature}/plan.json`)).text;
  expect(plan).toContain("me:");
  expect(plan).not.toContain("secret");
});

test("the templates complete to existing resources, variable by variable", async () => {
  const { client, ref } = await prepare();
  await writeArtifact(ref, "C1", "e2e/a log #1?.txt", "Grüße");
  await writeArtifact(ref, "C1", "shot", png);

  const { resourceTemplates } = await client.listResourceTemplates();
  const uri = resourceTemplates.find(({ name }) => name === "artifact")?.uriTemplate ?? "";
  const complete = async (name: string, value: string, given: Record<string, string> = {}) => {
    const argument = { name, value };
    const context = { arguments: given };
    return (await client.complete({ ref: { type: "ref/resource", uri }, argument, context })).completion;
  };
  const steps = { feature_id: "F1", experiment_slug: "exp-a", cycle_id: "C1" };

  expect((await complete("feature_id", "F")).values).toEqual(["F1"]);
  expect((await complete("experiment_slug", "exp", steps)).values).toEqual(["exp-a"]);
  expect((await complete("cycle_id", "", steps)).values).toEqual(["C1"]);
  expect((await complete("name", "e2e/", steps)).values).toEqual(["e2e/a log #1?.txt"]);
  expect((await complete("name", "", { ...steps, feature_id: ".." })).values).toEqual([]);
  const text = await client.readResource({ uri: `${artifacts}/e2e/a%20log%20%231%3F.txt` });
  expect(text.contents).toMatchObject([{ mimeType: "text/plain", text: "Grüße" }]);
  const image = blobSchema.parse((await client.readResource({ uri: `${artifacts}/shot` })).contents)[0];
  expect(image).toEqual({ mimeType: "image/png", blob: png.toString("base64") });
});

const refused: [uri: string, code: number, message: RegExp][] = [
  [`${feature}/other.json`, -32_002, /no resource/],
  ["lakebase://features/F9/plan.json", -32_002, /no plan/],
  ["lakebase://features/%2E%2E/plan.json", -32_602, /feature_id/],
  ["lakebase://features/%ZZ/plan.json", -32_002, /no resource/],
  ["lakebase://runs/run-20260101T000000-00000000.json", -32_002, /run-20260101/],
  [`${artifacts}/none.txt`, -32_002, /none\.txt/],
  [`${artifacts}/..%2F..%2Foutcomes.json`, -32_602, /\.\./],
  [`${artifacts}/../../outcomes.json`, -32_602, /\.\./],
  [`${artifacts}/link`, -32_602, /symbolic link/],
  [`${artifacts}/large`, -32_602, /1048577 bytes/],
  ["file:///etc/passwd", -32_002, /no resource/],
];

test("refuses an address that does not exist or leads out of its folder", async () => {
  const { client, ref } = await prepare();
  await writeArtifact(ref, "C1", "large", "x".repeat(2 ** 20 + 1));
  await symlink("/etc/passwd", join(cycleDirectory(ref, "C1"), "link"));
  for (const [uri, code, message] of refused) {
    const failure = { code, message: expect.stringMatching(message) };
    await expect(client.readResource({ uri }), uri).rejects.toMatchObject(failure);
  }
});

test("notifies a client only of resources that it subscribed to", async () => {
  const { client, writePlan, ref } = await prepare();
  const updated: string[] = [];
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }) => void updated.push(params.uri),
  );
  const listChanged = new Promise<void>((resolve) =>
    client.setNotificationHandler(ResourceListChangedNotificationSchema, () => resolve()),
  );
  await client.listResources();
  await client.subscribeResource({ uri: `${feature}/comparison.md` });
  await client.subscribeResource({ uri: `${feature}/comparison.html` });
  await client.unsubscribeResource({ uri: `${feature}/comparison.html` });

  await recordCycle(ref, { cycle_id: "C2" });
  await writePlan("F2", {});

  await listChanged;
  // Once or twice: it looks once a second, and a cycle's records come one after the other.
  await expect.poll(() => [...new Set(updated)]).toEqual([`${feature}/comparison.md`]);
  await expect(client.subscribeResource({ uri: "lakebase://nothing" })).rejects.toMatchObject({
    code: -32_002,
  });
});
