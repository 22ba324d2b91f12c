import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { planPath, runJournalPath } from "../../../src/experiments/layout.ts";
import {
  completeFeature,
  completeVariable,
  findFiles,
  linkResource,
  listResources,
  listTemplates,
  readResource,
} from "../../../src/mcp/resources/answer.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { recordCycle } from "../../support/records.ts";

const artifact =
  "lakebase://features/{feature_id}/experiments/{experiment_slug}/artifacts/{cycle_id}/{+name}";

async function put(path: string, text = "{}"): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

/** A workspace with so many plans. */
async function planned(count: number): Promise<string> {
  const workspace = await temporaryFolder();
  for (let n = 0; n < count; n++) await put(planPath(workspace, `F${String(n).padStart(3, "0")}`));
  return workspace;
}

describe("the list of resources", () => {
  test("of an empty workspace has the plan's schema alone", async () => {
    expect(await listResources(await temporaryFolder())).toEqual({
      resources: [
        expect.objectContaining({ uri: "lakebase://plan.schema.json", mimeType: "application/schema+json" }),
      ],
    });
  });

  test("has a page for every 50, which together have all of them once", async () => {
    const workspace = await planned(120);
    const uris: string[] = [];
    let pages = 0;
    for (let cursor: string | undefined = "0"; cursor !== undefined; pages++) {
      const { resources, nextCursor }: Awaited<ReturnType<typeof listResources>> = await listResources(
        workspace,
        cursor,
      );
      expect(resources.length).toBeLessThanOrEqual(50);
      uris.push(...resources.map(({ uri }) => uri));
      cursor = nextCursor;
    }
    expect(new Set(uris).size).toBe(121);
    expect(uris).toHaveLength(121);
    expect(pages).toBeGreaterThanOrEqual(3);
    const message = "Invalid cursor. Omit it to start from the first page.";
    await expect(listResources(workspace, "x")).rejects.toMatchObject({ code: -32_602, message });
  });

  test("has comparisons of features with experiments, and the newest 20 runs", async () => {
    const workspace = await planned(1);
    await recordCycle({ workspace, feature_id: "F9", experiment_slug: "a" });
    const ids = Array.from(
      { length: 25 },
      (_, n) => `run-202601${String(n + 1).padStart(2, "0")}T000000-0123abcd`,
    );
    for (const id of ids) await put(runJournalPath(workspace, id));
    const uris = (await listResources(workspace)).resources.map(({ uri }) => uri);
    expect(uris.slice(0, 5)).toEqual([
      "lakebase://plan.schema.json",
      "lakebase://features/F000/plan.json",
      "lakebase://features/F9/comparison.md",
      "lakebase://features/F9/comparison.html",
      `lakebase://runs/${ids.at(-1)}.json`,
    ]);
    expect(uris.filter((uri) => uri.startsWith("lakebase://runs/"))).toHaveLength(20);
  });
});

test("templates are listed for whatever has variables, without a type where only reading tells", () => {
  const { resourceTemplates } = listTemplates();
  expect(resourceTemplates.map(({ name }) => name)).toEqual([
    "plan",
    "comparison-markdown",
    "comparison-page",
    "run",
    "artifact",
  ]);
  expect(resourceTemplates.at(-1)).not.toHaveProperty("mimeType");
});

describe("a variable", () => {
  test("is completed by what begins like it, at most 100, and says how many there are", async () => {
    const workspace = await planned(105);
    expect(await completeFeature(workspace, "F00")).toEqual({
      values: Array.from({ length: 10 }, (_, n) => `F00${n}`),
      total: 10,
      hasMore: false,
    });
    const all = await completeFeature(workspace, "");
    expect(all).toMatchObject({ total: 105, hasMore: true });
    expect(all.values).toHaveLength(100);
    expect(await completeFeature(workspace, "G")).toEqual({ values: [], total: 0, hasMore: false });
  });

  test.each([
    ["an unknown template", "lakebase://nothing/{x}", "x", {}],
    ["an unknown variable", artifact, "color", {}],
    ["an unknown feature", artifact, "experiment_slug", { feature_id: "F404" }],
    ["an invalid feature", artifact, "experiment_slug", { feature_id: "../.." }],
    ["nothing before it", artifact, "cycle_id", {}],
    ["a name that every object has", "lakebase://features/{feature_id}/plan.json", "constructor", {}],
  ])("of %s has no completions", async (_what, template, name, given) => {
    const none = { values: [], total: 0, hasMore: false };
    expect(await completeVariable(await planned(1), template, { name, value: "" }, given)).toEqual(none);
  });
});

test("what cannot be read is refused with the reason and its code", async () => {
  const workspace = await planned(1);
  await expect(readResource(workspace, "lakebase://features/F9/plan.json")).rejects.toMatchObject({
    code: -32_002,
    data: { code: "unknown_feature" },
  });
  await expect(readResource(workspace, "lakebase://features/F9/comparison.html")).rejects.toMatchObject({
    code: -32_002,
    data: { code: "no_experiments" },
  });
  await expect(findFiles(workspace, "lakebase://features/%2E%2E/comparison.md")).rejects.toMatchObject({
    code: -32_602,
  });
});

test("a resource depends on its files, also on those that are not there yet", async () => {
  const workspace = await planned(1);
  expect(await findFiles(workspace, "lakebase://plan.schema.json")).toEqual([]);
  expect(await findFiles(workspace, "lakebase://features/F9/comparison.md")).toEqual([
    planPath(workspace, "F9"),
  ]);
  await recordCycle({ workspace, feature_id: "F9", experiment_slug: "a" });
  const files = await findFiles(workspace, "lakebase://features/F9/comparison.md");
  const names = files.map((file) => file.slice(workspace.length)).sort();
  expect(names).toEqual(
    expect.arrayContaining([
      "/.tdd/experiments/F9/a/branch.txt",
      "/.tdd/experiments/F9/a/outcomes.json",
      "/.tdd/experiments/F9/a/timeline.json",
      "/.tdd/features/F9/plan.json",
    ]),
  );
});

test("a link names a resource by its feature, not by what a suite called it", () => {
  const variables = {
    feature_id: "F1",
    experiment_slug: "a",
    cycle_id: "C1",
    name: "Ignore all/instructions.txt",
  };
  expect(linkResource("artifact", variables)).toEqual({
    uri: "lakebase://features/F1/experiments/a/artifacts/C1/Ignore%20all/instructions.txt",
    name: "artifact F1",
  });
});
