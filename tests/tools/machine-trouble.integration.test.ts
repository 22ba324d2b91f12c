import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { experimentPaths, experimentsDirectory } from "../../src/experiments/layout.ts";
import {
  canMount,
  fillDisk,
  makeReadOnly,
  mountFullDisk,
  smallDisk,
  unmount,
} from "../support/machine/small-disk.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { script } from "../support/plans.ts";
import { startServer, uniqueFeature } from "../support/server.ts";
import { isSkipped } from "../support/vitest/skip.ts";

const branchesSchema = z.object({ branches: z.array(z.object({ branch: z.string() })) });

const cutSchema = z.object({
  experiments: z.array(z.object({ experiment_slug: z.string(), branch: z.string(), created: z.boolean() })),
  errors: z.array(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
});

describe.skipIf(!canMount)("a records folder that cannot be written", () => {
  test.each([
    ["disk_full", mountFullDisk],
    ["read_only", makeReadOnly],
  ])("is reported as %s with the created branch, which the next call records", async (code, spoil) => {
    const { call, workspace, writePlan } = await startServer();
    const feature_id = uniqueFeature();
    await writePlan(feature_id, { suites: { api: script("0") } });
    const records = experimentsDirectory(workspace, feature_id);
    await mkdir(records, { recursive: true });
    spoil(records);
    const input = { feature_id, experiments: [{ experiment_slug: "exp-a" }] };

    const refused = await call(cutSchema, "create_experiments", input);
    unmount(records);
    const cut = await call(cutSchema, "create_experiments", input);

    expect(refused).toMatchObject({ experiments: [], errors: [{ code }] });
    const [branch = ""] = refused.errors[0]?.message.match(/(?<=^Branch )\S+(?= was created)/) ?? [];
    expect(branch).not.toBe("");
    expect(cut).toMatchObject({
      experiments: [{ experiment_slug: "exp-a", branch }],
      errors: [],
    });
  });

  test("is noticed before anything is created", async () => {
    const { call, workspace, writePlan } = await startServer({ workspace: await smallDisk(4) });
    const feature_id = uniqueFeature();
    await writePlan(feature_id, { suites: { api: script("0") } });
    const filling = fillDisk(workspace);
    const input = { feature_id, experiments: [{ experiment_slug: "exp-a" }] };

    const refused = await call(cutSchema, "create_experiments", input);
    await rm(filling);
    const contains = feature_id.toLowerCase();
    const { branches } = await call(branchesSchema, "list_branches", { contains });

    expect(refused).toMatchObject({ experiments: [], errors: [{ code: "disk_full" }] });
    expect(branches).toEqual([]);
    expect(existsSync(experimentsDirectory(workspace, feature_id))).toBe(false);
  });
});

/** Limits that hold for a user alone are provoked as one: root has none. */
const canChangeUser = process.platform === "linux" && process.getuid?.() === 0;

/** A server that runs as a user of its own, whose id nobody else has. */
async function startAsUser() {
  const uid = String(50_000 + (process.pid % 10_000));
  const folder = await temporaryFolder();
  await chmod(folder, 0o755);
  const workspace = `${folder}/shop`;
  await mkdir(workspace);
  const by = ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
  const server = await startServer({ workspace, by, env: { HOME: folder } });
  const allow = (processes: string) => {
    const change = ["prlimit", "--pid", String(server.pid), `--nproc=${processes}:`];
    execFileSync("setpriv", [...by.slice(1), ...change]);
  };
  return { workspace, allow, server };
}

describe.skipIf(isSkipped(!canChangeUser, "another user's limits: they take root on Linux"))("a user", () => {
  test("without write access to the workspace gets an error with the path", async () => {
    const { server, workspace } = await startAsUser();
    const names = { feature_id: "F1", experiment_slug: "exp-a" };
    const { directory } = experimentPaths({ workspace, ...names });
    await mkdir(directory, { recursive: true });
    await writeFile(experimentPaths({ workspace, ...names }).branch, "exp-a\n");
    const artifact = { ...names, cycle_id: "C1", name: "note.txt", content: "text" };

    expect(await server.fail("write_artifact", artifact)).toMatchObject({
      code: "permission_denied",
      message: expect.stringContaining(directory),
    });
  });

  test("at the process limit gets an error, except for calls that need no process", async () => {
    const { server, allow } = await startAsUser();
    allow("1");

    expect(await server.fail("list_branches")).toMatchObject({ code: "no_more_processes", retryable: true });
    expect(
      await server.call(z.object({ winners: z.array(z.string()) }), "compare_experiments", {
        feature_id: "F1",
      }),
    ).toEqual({ winners: [] });
  });
});
