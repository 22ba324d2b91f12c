import { readFile } from "node:fs/promises";
import { LATEST_PROTOCOL_VERSION } from "@modelcontextprotocol/sdk/types.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import * as z from "zod";
import { script } from "../support/plans.ts";
import { recordCycle } from "../support/records.ts";
import { startServer } from "../support/server.ts";

/** As the specification publishes it, word for word. */
const published = `tests/conformance/mcp-${LATEST_PROTOCOL_VERSION}.schema.json`;
const plan = "lakebase://features/F1/plan.json";
const feature = { feature_id: "F1" };
const complete = {
  ref: { type: "ref/resource", uri: "lakebase://features/{feature_id}/plan.json" },
  argument: { name: "feature_id", value: "F" },
};

/** Requests, and the definition of the specification that their answers have to meet. */
const requests: [method: string, params: Record<string, unknown>, definition: string][] = [
  [
    "initialize",
    { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo: { name: "t", version: "1" } },
    "InitializeResult",
  ],
  ["ping", {}, "EmptyResult"],
  ["tools/list", {}, "ListToolsResult"],
  ["tools/call", { name: "compare_experiments", arguments: feature }, "CallToolResult"],
  ["tools/call", { name: "compare_experiments", arguments: {} }, "CallToolResult"],
  ["tools/call", { name: "no_such_tool" }, "CallToolResult"],
  ["resources/list", {}, "ListResourcesResult"],
  ["resources/templates/list", {}, "ListResourceTemplatesResult"],
  ["resources/read", { uri: plan }, "ReadResourceResult"],
  ["resources/subscribe", { uri: plan }, "EmptyResult"],
  ["prompts/list", {}, "ListPromptsResult"],
  ["prompts/get", { name: "compare_designs", arguments: { goal: "a cart" } }, "GetPromptResult"],
  ["completion/complete", complete, "CompleteResult"],
];

test("every kind of answer matches the specification's own JSON Schema", async () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(JSON.parse(await readFile(published, "utf8")), "mcp");
  const { client, workspace, writePlan } = await startServer();
  await writePlan("F1", { suites: { api: script("") } });
  await recordCycle({ workspace, feature_id: "F1", experiment_slug: "exp-a" });
  for (const [method, params, definition] of requests) {
    const answer = await client.request({ method, params }, z.unknown());
    const validate = ajv.compile({ $ref: `mcp#/$defs/${definition}` });
    validate(answer);
    expect(validate.errors, `${method}: ${JSON.stringify(answer).slice(0, 500)}`).toBeNull();
  }
});
