import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import type { BundleManifest } from "../../schemas/bundle.ts";
import { packBundle } from "../../src/bundles/archive.ts";
import { importBundles } from "../../src/bundles/import-bundles.ts";
import { type Bundle, readBundle } from "../../src/bundles/read-bundle.ts";
import { experimentPaths, runsDirectory } from "../../src/experiments/layout.ts";
import { readOutcomes } from "../../src/experiments/outcomes/outcomes.ts";
import { readTimeline } from "../../src/experiments/timeline/timeline.ts";
import { hasEnded, listRunIds, listRuns } from "../../src/runs/journal/journal.ts";
import { listAll, makeManifest } from "../support/archives.ts";
import { startCli } from "../support/cli.ts";
import { suite } from "../support/plans.ts";
import { prepareShards } from "../support/queue/shards.ts";

/** Bundles that were changed after a machine wrote them. */
type Change = (bundle: Bundle) => Promise<void> | void;

const edit =
  (change: Partial<BundleManifest>): Change =>
  ({ manifest }) =>
    void Object.assign(manifest, change);

const refusals: Record<string, [string, Change]> = {
  "another plan": ["bundle_other_plan", ({ manifest }) => editTag(manifest, { suite: "0123456789abcdef" })],
  "another commit": ["bundle_other_commit", edit({ commit: "0123456789abcdef0123456789abcdef01234567" })],
  "code that is not committed": ["bundle_uncommitted", edit({ dirty: true })],
  "code without a commit": ["bundle_uncommitted", edit({ commit: null })],
  "another branch of the same name": ["bundle_other_branch", edit({ branch_uid: "br-other" })],
  "a branch that nobody knows": ["bundle_other_branch", edit({ branch_uid: null })],
  "another branch": ["bundle_other_branch", edit({ branch: "main" })],
  "another feature": ["unknown_feature", edit({ feature_id: "F-none" })],
  "another experiment": ["unknown_experiment", edit({ experiment_slug: "exp-none" })],
  "nothing that was measured": [
    "bundle_empty",
    ({ manifest }) => editTag(manifest, { state: "no_evidence", code: "branch_gone", reason: "it is gone" }),
  ],
  "counts that its report does not show": [
    "bundle_changed",
    ({ manifest }) => editTag(manifest, { outcome: { passed: 4, failed: 0 } }),
  ],
  "flaky tests that its report does not show": [
    "bundle_changed",
    ({ manifest }) => editTag(manifest, { flaky: 1 }),
  ],
  "a report that shows other counts": [
    "bundle_changed",
    (bundle) => editFile(bundle, "api/junit.xml", '<testcase name="passes 0"/>', ""),
  ],
  "a report that is gone": ["bundle_changed", (bundle) => dropFile(bundle, "api/junit.xml")],
  "a list of tests that is gone": ["bundle_changed", (bundle) => dropFile(bundle, "api.cases.json")],
  "a list of another tag": [
    "bundle_unreadable",
    (bundle) => editFile(bundle, "api.cases.json", '"tag": "api"', '"tag": "e2e"'),
  ],
  "another exit status": [
    "bundle_changed",
    (bundle) => editFile(bundle, "api.cases.json", '"exit_code": 0', '"exit_code": 1'),
  ],
  "a repeat less than it ran": ["bundle_changed", edit({ repeat: 2 })],
};

it("refuses what does not fit, with the reason, and changes nothing", async () => {
  const shards = await prepareShards({ api: suite(3, 0) });
  const { path } = await shards.runShard(await shards.clone("--depth=1"), "api", "api.tgz");
  const importChanged = async (change: Change) => {
    const bundle = await readBundle(path, join(shards.folder, "open"));
    await change(bundle);
    const other = join(shards.folder, "changed.tgz");
    await packBundle(bundle.manifest, bundle.directory, other);
    const { bundles } = await importInto(shards.workspace, [other, join(shards.folder, "none.tgz")]);
    await Promise.all([bundle.directory, other].map((each) => rm(each, { recursive: true })));
    return bundles;
  };

  for (const [name, [code, change]] of Object.entries(refusals)) {
    const [refused, missing] = await importChanged(change);
    expect(refused, name).toMatchObject({ status: "refused", error: { code } });
    expect(missing, name).toMatchObject({ status: "refused", error: { code: "source_unreadable" } });
    expect(await readOutcomes(shards.ref()), name).toBeUndefined();
    expect(await readTimeline(shards.ref()), name).toEqual([]);
    expect(await listRunIds(shards.workspace), name).toEqual([]);
  }

  const [newer] = await importChanged(edit({}));
  expect(newer).toMatchObject({ status: "merged", cycle_id: "C1" });
  const before = await readOutcomes(shards.ref());
  const [older] = await importChanged(
    edit({
      run_id: "run-20260101T000001-01234567",
      started_at: "2026-01-01T00:00:01Z",
      ended_at: "2026-01-01T00:00:02Z",
    }),
  );
  expect(older).toMatchObject({ status: "refused", error: { code: "bundle_older" } });
  expect(await readOutcomes(shards.ref())).toEqual(before);
});

/** At which point an import is killed, and whether its counts are there afterwards. */
const kills: [string, boolean][] = [
  ["api.cases.json 1 before", false],
  ["run.json 1 after", false],
  ["C1 1 before", false],
  ["C1 1 after", false],
  ["outcomes.json 1 before", false],
  ["outcomes.json 1 after", true],
];

it("leaves whole records when it is killed, and the next call merges the rest", async () => {
  const shards = await prepareShards({ api: suite(3, 0), e2e: suite(1, 1) });
  const machine = await shards.clone();
  const api = await shards.runShard(machine, "api", "api.tgz");
  const e2e = await shards.runShard(machine, "e2e", "e2e.tgz");
  expect([api.exitCode, e2e.exitCode], api.stdout + e2e.stdout).toEqual([0, 2]);
  const killAt = join(shards.folder, "kill-at");
  const preload = pathToFileURL(resolve("tests/fixtures/kill-at-write.mjs")).href;
  const env = { NODE_OPTIONS: `--import ${preload}`, KILL_AT: killAt, KILL_ROLE: "import" };

  for (const [point, isCounted] of kills) {
    await writeFile(killAt, point);
    const { signal, stderr } = await startCli(shards.workspace, ["import", api.path], env);
    expect(signal, `${point}: ${stderr}`).toBe("SIGKILL");
    const counted = (await readOutcomes(shards.ref()))?.by_tag;
    expect(counted, point).toEqual(isCounted ? { api: { passed: 3, failed: 0 } } : undefined);
    expect(await readTimeline(shards.ref()), point).toEqual([]);
  }
  await rm(killAt);
  const again = await shards.import(api.path, e2e.path);
  expect(again.stdout).toMatch(/api\.tgz: already merged, .* in C1\n.*e2e\.tgz: merged, .* into C2/);

  expect(await readOutcomes(shards.ref())).toMatchObject({
    status: "failed",
    by_tag: { api: { passed: 3, failed: 0 }, e2e: { passed: 1, failed: 1 } },
  });
  const cycles = (await readTimeline(shards.ref())).map(({ cycle_id, by_tag }) => ({ cycle_id, by_tag }));
  expect(cycles).toEqual([
    { cycle_id: "C1", by_tag: { api: { passed: 3, failed: 0 } } },
    { cycle_id: "C2", by_tag: { e2e: { passed: 1, failed: 1 } } },
  ]);
  const artifacts = (await listAll(experimentPaths(shards.ref()).artifacts)).map((each) =>
    each.split("/").at(-2),
  );
  expect(new Set(artifacts)).toEqual(new Set(["artifacts", "C1", "C2", "api", "e2e"]));
  const runs = await listRuns(shards.workspace);
  expect(runs.filter(({ state }) => state === "finished")).toHaveLength(2);
  expect(runs.every((run) => run.kind === "imported" && hasEnded(run))).toBe(true);
  const left = (await listAll(runsDirectory(shards.workspace))).filter((each) => /\/import(\/|$)/.test(each));
  expect(left).toEqual([]);
});

/** Points after an import has written its record: it counts from then on, and only lists of it are incomplete. */
const lateKills = [
  "runtime.json 1 before",
  "runtime.json 1 after",
  "timeline.json 1 before",
  "timeline.json 1 after",
  "run.json 2 before",
  "run.json 2 after",
  "comparison.html 1 before",
  "comparison.html 1 after",
];

it("counts once when it is killed after its record is written, and the next call completes it", async () => {
  const shards = await prepareShards({ api: suite(3, 0) });
  const machine = await shards.clone();
  const api = await shards.runShard(machine, "api", "api.tgz");
  const killAt = join(shards.folder, "kill-at");
  const preload = pathToFileURL(resolve("tests/fixtures/kill-at-write.mjs")).href;
  const env = { NODE_OPTIONS: `--import ${preload}`, KILL_AT: killAt, KILL_ROLE: "import" };
  const [records, before] = [join(shards.workspace, ".tdd"), join(shards.folder, "before")];
  await cp(records, before, { recursive: true });

  for (const point of lateKills) {
    await rm(records, { recursive: true });
    await cp(before, records, { recursive: true });
    await writeFile(killAt, point);
    const { signal, stderr } = await startCli(shards.workspace, ["import", api.path], env);
    expect(signal, `${point}: ${stderr}`).toBe("SIGKILL");
    const by_tag = { api: { passed: 3, failed: 0 } };
    expect(await readOutcomes(shards.ref()), point).toMatchObject({ status: "succeeded", by_tag });
    const isListed = async () => (await readTimeline(shards.ref())).length;
    expect(await isListed(), point).toBe(/^runtime|^timeline.* before/.test(point) ? 0 : 1);

    await rm(killAt);
    const again = await shards.import(api.path);
    expect(again.stdout, point).toMatch(/api\.tgz: already merged, .* in C1/);
    expect(await readOutcomes(shards.ref()), point).toMatchObject({ status: "succeeded", by_tag });
    const cycle = { kind: "cycle", cycle_id: "C1", status: "succeeded", by_tag };
    expect(await readTimeline(shards.ref()), point).toMatchObject([cycle]);
    expect(await isListed(), point).toBe(1);
    const runs = await listRuns(shards.workspace);
    expect(runs, point).toMatchObject([{ kind: "imported", state: "finished", results: [{ by_tag }] }]);
    const left = (await listAll(runsDirectory(shards.workspace))).filter((each) =>
      /\/import(\/|$)/.test(each),
    );
    expect(left, point).toEqual([]);
  }
});

function importInto(workspace: string, paths: string[]) {
  const launch = [process.execPath, resolve("dist/main.js"), "--workspace", workspace];
  return importBundles({ workspace, launch, signal: new AbortController().signal }, paths);
}

function editTag({ by_tag }: BundleManifest, change: object): void {
  Object.assign(by_tag.api ?? {}, change);
}

/** Changes a file, and its description in the manifest. */
async function editFile(
  { manifest, directory }: Bundle,
  name: string,
  from: string,
  to: string,
): Promise<void> {
  const text = await readFile(join(directory, name), "utf8");
  expect(text).toContain(from);
  const next = text.replace(from, to);
  await writeFile(join(directory, name), next);
  const [file] = makeManifest({ [name]: next }).files;
  Object.assign(manifest.files.find((each) => each.name === name) ?? {}, file);
}

function dropFile({ manifest }: Bundle, name: string): void {
  manifest.files = manifest.files.filter((each) => each.name !== name);
}
