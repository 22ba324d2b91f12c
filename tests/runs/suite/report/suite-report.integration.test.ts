import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { casesFileSchema } from "../../../../schemas/plan/report.ts";
import { experimentPaths } from "../../../../src/experiments/layout.ts";
import { readOutcomes } from "../../../../src/experiments/outcomes/outcomes.ts";
import { temporaryRepository } from "../../../support/repository.ts";
import { answerSchema, prepareRun, waitFor } from "../../../support/runs.ts";
import { startServer, uniqueFeature } from "../../../support/server.ts";

/** A suite that writes files, and fails where one of them has a failure. */
function writing(files: Record<string, string>, report: object, more: object = {}) {
  const source = `
    const fs = require("node:fs"), path = require("node:path");
    const { ARTIFACTS_DIR, EXPERIMENT_SLUG } = process.env;
    for (let [name, text] of Object.entries(${JSON.stringify(files)})) {
      name = name.replace("ARTIFACTS_DIR", ARTIFACTS_DIR);
      if (EXPERIMENT_SLUG === "exp-b") text = text.replace("<b/>", "<failure message='no'/>");
      fs.mkdirSync(path.dirname(name), { recursive: true });
      fs.writeFileSync(name, text);
      if (text.includes("<failure")) process.exitCode = 1;
    }`;
  return { command: [process.execPath, "-e", source], report, timeout_seconds: 600, ...more };
}

const testcase = (name: string, inner = "") =>
  `<testsuite name="${name}"><testcase name="${name}">${inner}</testcase></testsuite>`;

/** Replaces the artifacts folder by a link to another, with a report. */
const linkArtifacts = `
  const fs = require("node:fs");
  fs.rmdirSync(process.env.ARTIFACTS_DIR);
  fs.symlinkSync(process.cwd() + "/" + fs.mkdtempSync("elsewhere"), process.env.ARTIFACTS_DIR);
  fs.writeFileSync(process.env.ARTIFACTS_DIR + "/r.xml", ${JSON.stringify(testcase("linked"))});`;

const artifactsSchema = z.looseObject({ artifacts: z.array(z.looseObject({ name: z.string() })) });

test("counts several report files together, and keeps them as artifacts", async () => {
  const { directory, commit } = await temporaryRepository();
  await commit("main", {
    "service/target/reports/TEST-old.xml": testcase("old", "<failure/>"),
    "service/committed.xml": testcase("committed"),
  });
  const server = await startServer({ workspace: directory });
  const feature_id = uniqueFeature();
  const reports = {
    "target/reports/TEST-one.xml": testcase("one"),
    "target/reports/TEST-two.xml": testcase("two", "<b/>"),
    "target/reports/summary.xml": "<testng-results/>",
  };
  const inArtifacts = {
    "ARTIFACTS_DIR/r/one.xml": testcase("one"),
    "ARTIFACTS_DIR/r/two.xml": testcase("two"),
  };
  const cwd = "service";
  await server.writePlan(feature_id, {
    suites: {
      glob: writing(reports, { format: "junit", path: "target/reports/*.xml" }, { cwd }),
      folder: writing(inArtifacts, { format: "junit", path: "r" }),
      committed: {
        command: ["touch", "committed.xml"],
        ...{ report: { format: "junit", path: "*.xml" }, cwd, required: false },
      },
      linked: {
        ...{ command: [process.execPath, "-e", linkArtifacts], report: { format: "junit", path: "r.xml" } },
        required: false,
      },
      top: writing(reports, { format: "junit", path: "service/target/reports/TEST-one.xml" }, { cwd }),
    },
  });
  await server.call(z.unknown(), "create_experiments", {
    feature_id,
    worktree: true,
    experiments: [{ experiment_slug: "exp-a" }, { experiment_slug: "exp-b" }],
  });
  const started = await server.call(answerSchema, "run_experiments", { feature_id });
  const run = await waitFor(server, started.run_id);

  const passed = (count: number) => ({ passed: count, failed: 0 });
  expect(run.results).toMatchObject([
    { experiment_slug: "exp-a", by_tag: { glob: passed(2), folder: passed(2) } },
    { experiment_slug: "exp-b", by_tag: { glob: { passed: 1, failed: 1 }, folder: passed(2) } },
  ]);
  expect(run.results[0]?.by_tag).toMatchObject({ top: passed(1) });
  expect(run.results[0]?.by_tag).not.toHaveProperty("linked");
  const ref = { workspace: directory, feature_id, experiment_slug: "exp-a" };
  expect((await readOutcomes(ref))?.evidence?.by_tag.committed).toMatchObject({
    state: "no_evidence",
    reason: expect.stringContaining("is as it was committed"),
  });

  const listed = await server.call(artifactsSchema, "list_artifacts", {
    feature_id,
    experiment_slug: "exp-b",
  });
  const names = listed.artifacts.map(({ name }) => name).filter((name) => name.endsWith(".xml"));
  expect(names).toEqual([
    "folder/r/one.xml",
    "folder/r/two.xml",
    "glob/target/reports/TEST-one.xml",
    "glob/target/reports/TEST-two.xml",
    "glob/target/reports/summary.xml",
    "top/service/target/reports/TEST-one.xml",
  ]);
  const { artifacts } = experimentPaths({ workspace: directory, feature_id, experiment_slug: "exp-b" });
  const cases = casesFileSchema.parse(
    JSON.parse(await readFile(join(artifacts, "C1", "glob.cases.json"), "utf8")),
  );
  expect(cases.details).toBe("glob/target/reports/TEST-two.xml");
});

const below = { format: "junit", path: "out/report.xml" };

test("ignores what appears in a folder where several experiments run", async () => {
  const feature = await prepareRun(
    () => ({
      suites: {
        api: writing({ "out/report.xml": testcase("one") }, below),
        e2e: writing({ "ARTIFACTS_DIR/out/report.xml": testcase("one") }, below),
      },
    }),
    ["exp-a", "exp-b"],
  );
  await waitFor(feature.server, (await feature.start()).run_id);
  const { by_tag, evidence } = (await feature.outcomes("exp-a")) ?? {};
  expect(by_tag).toEqual({ e2e: { passed: 1, failed: 0 } });
  expect(evidence?.by_tag.api).toMatchObject({
    state: "no_evidence",
    reason: expect.stringMatching(
      /^its report out\/report\.xml is missing: .*other experiments run.*exit status 0$/,
    ),
  });

  await waitFor(feature.server, (await feature.start({ experiment_slugs: ["exp-a"] })).run_id);
  expect((await feature.outcomes("exp-a"))?.by_tag).toMatchObject({ api: { passed: 1, failed: 0 } });
});

test("refuses a plan whose report path leads out before anything runs", async () => {
  const feature = await prepareRun(() => ({ suites: { api: writing({}, below) } }), ["exp-a"]);
  const { feature_id, server } = feature;
  await server.writePlan(feature_id, {
    suites: { api: writing({}, { ...below, path: "../other/report.xml" }) },
  });
  expect(await server.fail("run_experiments", { feature_id })).toMatchObject({
    code: "invalid_plan",
    message: expect.stringMatching(/suites\.api\.report\.path.*stay in its folder/),
  });
  expect(
    await readOutcomes({ workspace: feature.workspace, feature_id, experiment_slug: "exp-a" }),
  ).toBeUndefined();
});
