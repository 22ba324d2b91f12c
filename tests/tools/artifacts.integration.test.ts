import { existsSync } from "node:fs";
import { mkdir, readFile, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import * as z from "zod";
import { artifactEntrySchema } from "../../schemas/artifact.ts";
import { writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { artifactPath, experimentPaths } from "../../src/experiments/layout.ts";
import { nextCycle } from "../../src/experiments/timeline/list-cycles.ts";
import { appendTimeline } from "../../src/experiments/timeline/timeline.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { startServer } from "../support/server.ts";

const listSchema = z.object({
  artifacts: z.array(artifactEntrySchema),
  total: z.number(),
  next_cursor: z.string().nullable(),
});
const partSchema = z.object({
  content: z.string(),
  encoding: z.string(),
  next_offset: z.number().nullable(),
});

test("artifacts can be written, listed by page and read in parts", async () => {
  const { call, fail, workspace } = await startServer();
  const names = { feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ workspace, ...names, branch: asBranchName("b") });
  for (const name of ["b.txt", "a/deep.txt", "v1..v2.diff"]) {
    const entry = await call(artifactEntrySchema, "write_artifact", {
      ...names,
      cycle_id: "C1",
      name,
      content: name,
    });
    expect(entry).toMatchObject({ name, cycle_id: "C1", size: name.length });
    expect(entry.path.startsWith(workspace)).toBe(true);
  }
  const first = await call(listSchema, "list_artifacts", { ...names, limit: 2 });
  expect(first.artifacts.map(({ name }) => name)).toEqual(["a/deep.txt", "b.txt"]);
  expect(first.total).toBe(3);
  const second = await call(listSchema, "list_artifacts", { ...names, limit: 2, cursor: first.next_cursor });
  expect(second.artifacts.map(({ name }) => name)).toEqual(["v1..v2.diff"]);
  expect(second.next_cursor).toBeNull();
  expect(await fail("list_artifacts", { ...names, cursor: "-1" })).toMatchObject({ code: "invalid_input" });

  for (const name of ["schema-diff.json", "api.cases.json", "api/metrics.json", "api/repeat-2/metrics.json"])
    expect(await fail("write_artifact", { ...names, cycle_id: "C1", name, content: "[]" })).toMatchObject({
      code: "artifact_of_run",
    });

  const read = { ...names, cycle_id: "C1", name: "a/deep.txt", limit: 4 };
  expect(await call(partSchema, "read_artifact", read)).toEqual({
    content: "a/de",
    encoding: "utf8",
    next_offset: 4,
  });
  expect(await call(partSchema, "read_artifact", { ...read, offset: 4 })).toMatchObject({ content: "ep.t" });
  expect(await call(partSchema, "read_artifact", { ...read, offset: 99 })).toMatchObject({
    content: "",
    next_offset: null,
  });
  expect(await fail("read_artifact", { ...read, name: "none" })).toMatchObject({ code: "unknown_artifact" });
});

test("refuses to overwrite what a run counted, and does not block on a named pipe", async () => {
  const { call, fail, workspace } = await startServer();
  const names = { feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ workspace, ...names, branch: asBranchName("b") });
  const ref = { workspace, ...names };
  await writeArtifact(ref, "C1", "api/junit.xml", "<testsuites/>");
  const input = { ...names, cycle_id: "C1", name: "api/junit.xml", content: "other" };
  await call(artifactEntrySchema, "write_artifact", input);
  for (const name of ["api", "api/junit.xml/more"])
    expect(await fail("write_artifact", { ...input, name })).toMatchObject({ code: "invalid_name" });
  await writeArtifact(ref, "C1", "api.cases.json", "{}");
  expect(await fail("write_artifact", input)).toMatchObject({ code: "artifact_of_run" });

  await execa("mkfifo", [join(workspace, "pipe"), artifactPath(ref, "C1", "pipe")]);
  const read = { ...names, cycle_id: "C1", name: "pipe" };
  expect(await fail("read_artifact", read)).toMatchObject({ code: "unknown_artifact" });
  expect(await fail("write_artifact", { ...read, name: "copy", source_path: "pipe" })).toMatchObject({
    code: "source_unreadable",
  });
});

test("an artifact belongs to an existing cycle or to the next one, which the next run uses", async () => {
  const { call, fail, workspace } = await startServer();
  const names = { feature_id: "F1", experiment_slug: "exp-a" };
  const other = { workspace, feature_id: "F1", experiment_slug: "exp-b", branch: asBranchName("b2") };
  await recordExperiment({ workspace, ...names, branch: asBranchName("b") });
  await recordExperiment(other);
  await appendTimeline(other, { ts: "2026-01-01T00:00:00Z", kind: "cycle", cycle_id: "C4" });
  const write = (cycle_id: string) => ({ ...names, cycle_id, name: "notes.txt", content: "x" });
  for (const cycle_id of ["C999", "C2", "c1", "before"])
    expect(await fail("write_artifact", write(cycle_id))).toMatchObject({
      code: "unknown_cycle",
      message: expect.stringContaining("the next is C1"),
    });
  // The first of its own, the one that a sibling has, and the next one of all.
  for (const cycle_id of ["C1", "C4", "C5"])
    await call(artifactEntrySchema, "write_artifact", write(cycle_id));
  expect(await nextCycle([{ workspace, ...names }, other])).toBe("C6");
  expect(await fail("write_artifact", write("C999"))).toMatchObject({
    message: expect.stringMatching(/there are .*C5.*, and the next is C6/),
  });
});

test("masks a login in what an agent writes, in content and notes", async () => {
  const { call, workspace } = await startServer();
  const names = { feature_id: "F1", experiment_slug: "exp-a" };
  const notes = "postgres://me:hunter22@host/db works";
  await recordExperiment({ workspace, ...names, branch: asBranchName("b") }, { notes });
  const artifact = { ...names, cycle_id: "C1", name: "a.txt" };
  await call(artifactEntrySchema, "write_artifact", { ...artifact, content: notes });

  const part = await call(partSchema, "read_artifact", artifact);
  expect(part.content).toBe("postgres://me:[redacted]@host/db works");
  expect(await readFile(experimentPaths({ workspace, ...names }).notes, "utf8")).toBe(part.content);
});

test.each([".tdd", ".tdd/experiments", ".tdd/experiments/F1/exp-a/artifacts"])(
  "refuses a link at %s that leads out of the workspace, and writes nothing there",
  async (link) => {
    const { fail, workspace } = await startServer();
    const outside = await temporaryFolder();
    const names = { feature_id: "F1", experiment_slug: "exp-a" };
    await recordExperiment({ workspace, ...names, branch: asBranchName("b") });
    await mkdir(join(workspace, ".tdd/experiments/F1/exp-a/artifacts"), { recursive: true });
    await rename(join(workspace, link), join(outside, "moved"));
    await symlink(join(outside, "moved"), join(workspace, link));

    const artifact = { ...names, cycle_id: "C1", name: "a.txt", content: "a" };
    expect(await fail("write_artifact", artifact)).toMatchObject({
      code: "record_outside",
      message: expect.stringContaining(join(workspace, link)),
    });
    expect(existsSync(join(outside, "moved", "F1/exp-a/artifacts/C1/a.txt"))).toBe(false);
  },
);
