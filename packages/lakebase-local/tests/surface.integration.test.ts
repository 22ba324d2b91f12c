import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { isSkipped } from "../../../tests/support/vitest/skip.ts";
import { type Ended, Machine } from "./machine.ts";
import { anyText, type Step } from "./surface/step.ts";
import { steps } from "./surface/steps.ts";

const official = await findOfficial();
isSkipped(!official, "the official command: no databricks on the PATH, and DATABRICKS_CLI is not set");

let machine: Machine;
const seen = new Map<number, Ended>();

describe("lakebase-local postgres", () => {
  beforeAll(async () => {
    machine = await Machine.create();
  });
  afterAll(() => machine.destroy());

  test.each(steps.map((step, number) => ({ step, number, name: nameStep(step) })))(
    "$number: $name",
    async ({ step, number }) => {
      const ended = await machine.run("postgres", ...step.words);
      seen.set(number, ended);
      check(step, ended);
    },
  );
});

describe.skipIf(!official)("the official command against the same daemon", () => {
  let other: Machine;
  let home: string;
  let environment: NodeJS.ProcessEnv;

  beforeAll(async () => {
    other = await Machine.create();
    home = await mkdtemp(join(tmpdir(), "lakebase-local-official-"));
    const variables = await other.json(z.record(z.string(), z.string()), "env", "-o", "json");
    environment = {
      PATH: process.env.PATH,
      HOME: home,
      DATABRICKS_CLI_DISABLE_UPDATE_CHECK: "true",
      ...variables,
    };
  });
  afterAll(async () => {
    await other.destroy();
    await rm(home, { recursive: true, force: true });
  });

  test.each(steps.map((step, number) => ({ step, number, name: nameStep(step) })))(
    "$number: $name",
    async ({ step, number }) => {
      const { exitCode, stdout, stderr } = await execa(official ?? "", ["postgres", ...step.words], {
        env: environment,
        extendEnv: false,
        cwd: home,
        reject: false,
      });
      const ended = { code: exitCode, stdout, stderr };
      check(step, ended);
      const ours = seen.get(number);
      if (!ours || step.differs) return;
      expect(withoutChance(ended.stdout)).toBe(withoutChance(ours.stdout));
      expect(firstLine(ended.stderr)).toBe(firstLine(ours.stderr));
    },
  );

  // They insist on port 5432, which an endpoint has on Linux only.
  test
    .skipIf(isSkipped(process.platform !== "linux", "endpoints have addresses of their own on Linux alone"))
    .each([
      ["psql", "projects/local/branches/production", "--", "-Atc", "SELECT 40 + 2"],
      ["experimental", "postgres", "query", "SELECT 40 + 2", "--project", "local", "--branch", "production"],
    ])("%s queries a branch", async (...words) => {
    const { stdout } = await execa(official ?? "", words, { env: environment, extendEnv: false, cwd: home });
    expect(stdout).toContain("42");
  });
});

function check(step: Step, { code, stdout, stderr }: Ended): void {
  expect({ code, stderr }).toMatchObject({
    code: step.code ?? 0,
    stderr: expect.stringContaining(step.says ?? ""),
  });
  if (step.prints === "") expect(stdout).toBe("");
  else if (step.prints !== undefined) expect(JSON.parse(stdout)).toMatchObject(expected(step.prints));
}

/** The expectation with "any text" in vitest's own terms. */
function expected(value: unknown): Record<string, unknown> {
  const translate = (item: unknown): unknown => {
    if (item === anyText) return expect.any(String);
    if (Array.isArray(item)) return item.map(translate);
    if (typeof item !== "object" || item === null) return item;
    return Object.fromEntries(Object.entries(item).map(([key, inner]) => [key, translate(inner)]));
  };
  return Object(translate(value));
}

/** The text without what is another at each run: uids, times, tokens, ports, sizes. */
function withoutChance(text: string): string {
  return text
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}/g, "UUID")
    .replaceAll(/(br|ep)-[a-z]+-[a-z]+-[a-z0-9]{8}/g, "$1-UID")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/127(\.\d+){3}(:\d+)?/g, "HOST")
    .replaceAll(/"token": ".*"/g, "TOKEN")
    .replaceAll(/"(logical|synthetic)_\w+": \d+/g, "SIZE")
    .replaceAll(/"source_branch_lsn": ".*"/g, "LSN")
    .replaceAll(/"current_state": "(IDLE|ACTIVE)"|"last_active_time": "TIME",?/g, "ACTIVITY");
}

function firstLine(text: string): string {
  return withoutChance(text.split("\n")[0] ?? "").replace(
    /"(lakebase-local|databricks) postgres"/,
    "PROGRAM",
  );
}

function nameStep({ words }: Step): string {
  return words.join(" ").slice(0, 100);
}

async function findOfficial(): Promise<string | undefined> {
  const candidate = process.env.DATABRICKS_CLI ?? "databricks";
  const { exitCode, stdout } = await execa(candidate, ["--version"], { reject: false });
  return exitCode === 0 && stdout.startsWith("Databricks CLI") ? candidate : undefined;
}
