import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, inject, test } from "vitest";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { checkSetup, isUsable } from "../../src/setup/check-setup.ts";
import { branchJson, fakeCli, productionJson, type Script } from "../lakebase/fake-cli.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const version = [{ stdout: { ProjectName: "cli", Version: "1.13.0" } }];
const describeOk = [
  { stdout: { status: "success", username: "ann@example.com", details: { host: "https://w" } } },
];
const healthy: Script = {
  "version -o": version,
  "auth describe": describeOk,
  "get-project": [
    {
      stdout: {
        name: "projects/p",
        status: { default_branch: "projects/p/branches/production", history_retention_duration: "604800s" },
      },
    },
  ],
  "list-branches": [{ stdout: [productionJson] }],
};

async function check(script: Script, workspace?: string, branch_prefix?: string) {
  const { lakebase } = fakeCli(script, { profile: "dev" });
  const setup = await checkSetup({
    ...{ workspace: workspace ?? (await repository()), backend: "lakebase", lakebase, launch: [] },
    branch_prefix,
    signal: new AbortController().signal,
    progress: () => {},
  });
  const states = Object.fromEntries(setup.findings.map(({ name, state }) => [name, state]));
  const finding = (name: string) => setup.findings.find((each) => each.name === name);
  return { setup, states, finding };
}

async function repository(): Promise<string> {
  const folder = await temporaryFolder();
  const git = (...args: string[]) =>
    execa("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: folder });
  await git("init", "--quiet");
  await git("commit", "--quiet", "--allow-empty", "-m", "first");
  return folder;
}

const ok = {
  cli: "ok",
  authentication: "ok",
  project: "ok",
  ttl: "ok",
  default_branch: "ok",
  git: "ok",
  workspace: "ok",
  leftovers: "ok",
};
const afterCli = {
  authentication: "skipped",
  project: "skipped",
  ttl: "skipped",
  default_branch: "skipped",
  leftovers: "skipped",
};

describe("checkSetup", () => {
  test("reports every check as ok in a healthy setup", async () => {
    const { setup, states } = await check(healthy);
    expect(states).toEqual(ok);
    expect(setup.findings.filter(({ remedy }) => remedy !== undefined)).toEqual([]);
    expect(isUsable(setup)).toBe(true);
  });

  test("says why git refuses to read the repository", async () => {
    const workspace = await repository();
    await writeFile(join(workspace, ".git/config"), "[core\n");
    const { setup, finding } = await check(healthy, workspace);
    expect(finding("git")).toMatchObject({ state: "failed", detail: expect.stringContaining("bad config") });
    expect(isUsable(setup)).toBe(false);
  });

  test("shows the branch prefix, and refuses an invalid one", async () => {
    const right = await check(healthy, undefined, "kai");
    expect(right.setup.branch_prefix).toBe("kai");
    expect(right.finding("branch_prefix")).toMatchObject({
      state: "ok",
      detail: expect.stringContaining("kai"),
    });
    const wrong = await check(healthy, undefined, "Kai!");
    expect(wrong.finding("branch_prefix")).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("LAKEBASE_BRANCH_PREFIX"),
    });
    expect(isUsable(wrong.setup)).toBe(false);
  });

  test("decides by a login's status rather than the exit code, and says why it failed", async () => {
    const { states, finding } = await check({
      ...healthy,
      "auth describe": [{ stdout: { status: "error", error: {}, username: "ann@example.com", details: {} } }],
      "current-user me": [
        { stderr: "Error: cache: databricks OAuth is not configured for this host.", exit: 1 },
      ],
    });
    expect(states).toMatchObject({ ...ok, ...afterCli, authentication: "failed" });
    expect(finding("authentication")?.remedy).toContain("databricks auth login --profile dev");
  });

  test("reports a missing project", async () => {
    const { states, finding } = await check({
      ...healthy,
      "get-project": [{ stderr: "Error: project id not found [TraceId: 1]", exit: 1 }],
    });
    expect(states).toMatchObject({ authentication: "ok", project: "failed", default_branch: "skipped" });
    expect(finding("project")?.remedy).toContain("list-projects");
  });

  test("warns about an old CLI and a project without a default branch", async () => {
    const { setup, states } = await check({
      ...healthy,
      "version -o": [{ stdout: { ProjectName: "cli", Version: "0.298.0" } }],
      "list-branches": [{ stdout: [branchJson("base")] }],
    });
    expect(states).toEqual({ ...ok, cli: "warning", default_branch: "warning" });
    expect(isUsable(setup)).toBe(true);
  });

  test("finds records without a branch, and expiring branches without a record", async () => {
    const workspace = await repository();
    for (const slug of ["here", "gone"]) {
      const folder = join(workspace, ".tdd/experiments/F1", slug);
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, "branch.txt"), slug);
    }
    const expiring = { expire_time: new Date(Date.now() + 86_400_000).toISOString() };
    const listed = [
      productionJson,
      branchJson("here", expiring),
      branchJson("stray", expiring),
      branchJson("base"),
    ];
    const { finding } = await check({ ...healthy, "list-branches": [{ stdout: listed }] }, workspace);
    expect(finding("leftovers")).toMatchObject({
      state: "warning",
      detail:
        "Experiments whose branch no longer exists: F1/gone. Expiring branches that no experiment here names: stray.",
    });
  });

  test("names experiments whose branch was replaced", async () => {
    const workspace = await repository();
    const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a", branch: asBranchName("exp-a") };
    const cut = { branch: "exp-a", uid: "br-old-sea-a1b2c3d4", parent_branch: null, expire_time: null };
    await recordExperiment(ref, { cut: { ...cut, cut_at: "2026-01-01T00:00:00Z" } });
    const listed = { ...healthy, "list-branches": [{ stdout: [productionJson, branchJson("exp-a")] }] };
    expect((await check(listed, workspace)).finding("leftovers")).toMatchObject({
      state: "warning",
      detail: "Experiments whose branch was recreated by someone else: F1/exp-a.",
    });
  });

  test("names records that are not read: unusable folders, and the kit's later roots", async () => {
    const workspace = await repository();
    const experiment = async (folder: string) => {
      await mkdir(join(workspace, folder), { recursive: true });
      await writeFile(join(workspace, folder, "branch.txt"), "b");
    };
    const long = "x".repeat(64);
    for (const folder of ["F1/my exp", "F1/übung", `F1/${long}`, "F1/S1/exp-a", "F 2/exp-a"])
      await experiment(`.tdd/experiments/${folder}`);
    await mkdir(join(workspace, ".sftdd/features/F1"), { recursive: true });
    await mkdir(join(workspace, ".consort"));
    const found = (await check(healthy, workspace)).finding("records");
    expect(found).toMatchObject({ state: "warning", remedy: expect.stringContaining("Rename") });
    for (const part of [
      "/my exp is not usable: ",
      "/übung is",
      `/${long} is`,
      "longer than 63",
      "/S1 is",
      "/F 2 is",
    ])
      expect(found?.detail).toContain(part);
    expect(found?.detail).toContain("Records are in .sftdd, but only .tdd is read.");
  });

  test("warns outside a repository", async () => {
    const { states } = await check(healthy, await temporaryFolder());
    expect(states).toEqual({ ...ok, git: "warning" });
  });

  test("reports all checks when everything is broken", async () => {
    const folder = await temporaryFolder();
    const workspace = join(folder, "gone");
    const setup = await checkSetup({
      ...{ workspace, backend: "lakebase", launch: [] },
      lakebase: openLakebase({ command: ["/nowhere/databricks"], project: "p" }),
      signal: new AbortController().signal,
      progress: () => {},
    });
    const states = Object.fromEntries(setup.findings.map(({ name, state }) => [name, state]));
    expect(states).toEqual({ cli: "failed", ...afterCli, git: "warning", workspace: "failed" });
    for (const { state, remedy } of setup.findings) expect(remedy === undefined).toBe(state === "skipped");
  });
});

describe("lakebase-experiments doctor", () => {
  const doctor = async (env: Record<string, string>) => {
    const workspace = await repository();
    return execa(process.execPath, ["dist/main.js", "doctor", "--workspace", workspace], {
      env: { LAKEBASE_LOCAL_HOME: inject("localHome"), ...env },
      reject: false,
    });
  };

  test("passes on the emulator", async () => {
    const { stdout, exitCode } = await doctor({});
    expect(stdout).toMatch(/^ok +cli .*lakebase-local/m);
    expect(stdout).toMatch(/^ok +project +local, for every workspace with the same LAKEBASE_LOCAL_HOME$/m);
    expect(stdout).toMatch(/^ok +default_branch +production$/m);
    expect(stdout).toMatch(/^ok +endpoint +The default branch is at 127\.[\d.]+/m);
    expect(exitCode).toBe(0);
  });

  test("fails with remedies if the executable is not the CLI", async () => {
    const program = join(await temporaryFolder(), "databricks");
    await writeFile(program, "#!/bin/sh\necho hello\n");
    await chmod(program, 0o755);
    const { stdout, exitCode } = await doctor({ LAKEBASE_CLI: program, LAKEBASE_PROJECT: "p" });
    expect(stdout).toMatch(/^failed +cli .*cannot read.*\n +→ /m);
    expect(exitCode).toBe(1);
  });
});
