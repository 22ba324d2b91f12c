import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import { compareExperiments } from "../../src/comparison/compare.ts";
import { writeWorktreeRecord } from "../../src/experiments/code/worktree-record.ts";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { setFindingsAside } from "../../src/experiments/set-aside.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { recordOutcomes } from "../../src/lifecycle/reported/record-outcomes.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { recordCycle } from "../support/records.ts";
import { temporaryWorktree } from "../support/worktree.ts";

const feature_id = "F1";
const names = { feature_id, experiment_slug: "exp-a" };
const junit = `<testsuite><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>`;

/** An experiment in a folder of its own, and what records outcomes of it. */
async function experiment(workspace?: string) {
  const root = workspace ?? (await temporaryFolder());
  const ref = { workspace: root, ...names };
  await recordExperiment({ ...ref, branch: asBranchName("f1--exp-a") });
  const context = { workspace: root, signal: new AbortController().signal };
  return {
    ref,
    workspace: root,
    record: (said: Omit<Parameters<typeof recordOutcomes>[1], keyof typeof names>) =>
      recordOutcomes(context, { ...names, ...said }),
    compare: () => compareExperiments({ workspace: root, feature_id }),
  };
}

test("reported results are shown separately, never win, and come with advice on how to measure them", async () => {
  const { record, compare, ref } = await experiment();
  const recorded = await record({ tag: "load", passed: 5, failed: 0 });
  expect(recorded).toMatchObject({
    ...{ provenance: "reported", passed: 5, failed: 0, commit: null, measured: null, is_planned: false },
    record: experimentPaths(ref).reported,
  });
  const report = await compare();
  expect(report).toMatchObject({
    recommendation: "continue",
    winners: [],
    matrix: [],
    reported: [{ tag: "load", cells: { "exp-a": { passed: 5, failed: 0 } } }],
    next_action: { action: "run" },
  });
  expect(report.rows[0]).toMatchObject({ signal: "no_evidence", evidence_state: "reported" });
  expect(report.rows[0]?.tests_passed).toBeUndefined();
  expect(report.warnings.map(({ kind, message }) => `${kind} ${message}`)).toContain(
    "reported-not-measured Reported but not measured, so it decides nothing: exp-a (load 5/0). Add a suite for load to plan.json and run it to have it measured.",
  );
});

test("measured results decide, whatever is reported before or after", async () => {
  const { record, compare, ref } = await experiment();
  await record({ tag: "api", passed: 0, failed: 9 });
  await recordCycle(ref, { tags: { api: { passed: 2 } } });
  const before = await readOutcomes(ref);
  expect(await record({ tag: "api", passed: 1, failed: 3 })).toMatchObject({
    measured: { passed: 2, failed: 0 },
  });
  expect(await readOutcomes(ref)).toEqual(before);
  const report = await compare();
  expect(report).toMatchObject({ recommendation: "promote", winners: ["exp-a"], reported: [] });
  expect(report.matrix).toEqual([{ tag: "api", cells: { "exp-a": { passed: 2, failed: 0 } } }]);
  expect(report.rows[0]?.reported).toMatchObject({ api: { passed: 1, failed: 3 } });
  expect(report.warnings.find(({ kind }) => kind === "reported-otherwise")?.message).toBe(
    "Reported as failing elsewhere, although no failure was measured: exp-a (api 3). The measurement decides; find out what differs.",
  );
});

test("counts reports in every format, from the workspace and from the worktree", async () => {
  const tree = await temporaryWorktree();
  const { record, ref, workspace } = await experiment(tree.directory);
  await writeWorktreeRecord(ref, tree.worktree);
  await tree.write("junit.xml", junit);
  const inTree = await record({ tag: "load", report_path: "junit.xml" });
  expect(inTree).toMatchObject({
    ...{ passed: 1, failed: 1, commit: await tree.git("-C", tree.path, "rev-parse", "HEAD") },
    report: {
      path: "../shop.worktrees/own/junit.xml",
      format: "junit",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
  });
  const jest = {
    testResults: [
      {
        name: "a.test.ts",
        status: "passed",
        assertionResults: [{ fullName: "x", title: "x", ancestorTitles: [], status: "passed" }],
      },
    ],
  };
  await writeFile(join(workspace, "out.json"), JSON.stringify(jest));
  await writeFile(join(workspace, "out.tap"), "TAP version 14\n1..2\nok 1 - a\nok 2 - b # SKIP\n");
  const commit = tree.worktree.base_commit;
  expect(await record({ tag: "unit", report_path: "out.json", commit })).toMatchObject({
    ...{ passed: 1, failed: 0, commit },
    report: { path: "out.json", format: "vitest-json" },
  });
  expect(await record({ tag: "unit", report_path: join(workspace, "out.tap") })).toMatchObject({
    ...{ passed: 1, failed: 0 },
    report: { format: "tap" },
  });
});

test("refuses reports from elsewhere and files that are not reports, and leaves nothing behind", async () => {
  const { record, ref, workspace } = await experiment();
  const outside = await temporaryFolder();
  await writeFile(join(outside, "junit.xml"), junit);
  await symlink(join(outside, "junit.xml"), join(workspace, "link.xml"));
  await symlink(outside, join(workspace, "folder"));
  await mkdir(join(workspace, "is-folder.xml"));
  await execa("mkfifo", [join(workspace, "pipe.xml")]);
  await writeFile(join(workspace, "secret.xml"), "DATABASE_URL=postgres://me:hunter2hunter2@db/x");
  await writeFile(join(workspace, "what.json"), `{"password": "hunter2hunter2"}`);
  await writeFile(join(workspace, "empty.xml"), "<testsuite/>");
  await writeFile(join(workspace, "cut.xml"), junit.slice(0, 40));
  for (const [said, code] of [
    [{ report_path: "link.xml" }, "invalid_input"],
    [{ report_path: "folder/junit.xml" }, "invalid_input"],
    [{ report_path: join(outside, "junit.xml") }, "invalid_input"],
    [{ report_path: "/etc/passwd" }, "invalid_input"],
    [{ report_path: "../../../../../../etc/passwd" }, "invalid_input"],
    [{ report_path: "none.xml" }, "source_unreadable"],
    [{ report_path: "a\0b.xml" }, "source_unreadable"],
    [{ report_path: "is-folder.xml" }, "source_unreadable"],
    [{ report_path: "pipe.xml" }, "source_unreadable"],
    [{ report_path: "secret.xml" }, "report_unreadable"],
    [{ report_path: "what.json" }, "report_unreadable"],
    [{ report_path: "cut.xml" }, "report_unreadable"],
    [{ report_path: "empty.xml", format: "junit" }, "report_without_tests"],
    [{ report_path: "cut.xml", passed: 1, failed: 0 }, "invalid_input"],
    [{ passed: 3 }, "invalid_input"],
    [{ passed: 0, failed: 0 }, "invalid_input"],
    [{ passed: Number.NaN, failed: 0 }, "invalid_input"],
    [{ passed: 1, failed: 0, commit: "0123456789" }, "unknown_ref"],
    [{}, "invalid_input"],
  ] as const) {
    const error = await record({ tag: "load", ...said }).catch((thrown: unknown) => thrown);
    expect({ said, error }).toMatchObject({ said, error: { code, hint: expect.stringMatching(/./) } });
    expect(String(error)).not.toContain("hunter2");
  }
  await expect(readFile(experimentPaths(ref).reported)).rejects.toThrow("ENOENT");
});

test("keeps all simultaneous reports of one experiment, and refuses a broken record without losing a row", async () => {
  const { record, compare, ref } = await experiment();
  const tags = ["a", "b", "c", "d", "e"];
  await Promise.all(tags.map((tag) => record({ tag, passed: 1, failed: 0 })));
  expect((await compare()).reported.map(({ tag }) => tag)).toEqual(tags);

  await setFindingsAside(ref);
  expect((await compare()).reported).toEqual([]);
  await writeFile(experimentPaths(ref).reported, "{");
  await expect(record({ tag: "a", passed: 1, failed: 0 })).rejects.toMatchObject({
    code: "record_unreadable",
  });
  const report = await compare();
  expect(report.rows).toHaveLength(1);
  expect(report.warnings.map(({ kind }) => kind)).toContain("details-unreadable");
});
