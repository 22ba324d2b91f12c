import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readArtifactPart } from "../../../src/experiments/artifacts/artifact-part.ts";
import {
  copyArtifact,
  listArtifacts,
  readArtifact,
  writeArtifact,
} from "../../../src/experiments/artifacts/artifacts.ts";
import { storeArtifact } from "../../../src/experiments/artifacts/store-artifact.ts";
import { recordExperiment } from "../../../src/experiments/experiments.ts";
import { experimentPaths } from "../../../src/experiments/layout.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

async function experiment() {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ ...ref, branch: asBranchName("f1-exp-a") });
  return ref;
}

test("written artifacts are listed by cycle and name, and can be read back", async () => {
  const ref = await experiment();
  await writeArtifact(ref, "C2", "log.txt", "second");
  await writeArtifact(ref, "C1", "traces/network.har", "har");
  await writeArtifact(ref, "C1", "a.txt", "old");
  await writeArtifact(ref, "C1", "a.txt", "first");

  const entries = await listArtifacts(ref);
  expect(entries.map(({ cycle_id, name, size }) => [cycle_id, name, size])).toEqual([
    ["C1", "a.txt", 5],
    ["C1", "traces/network.har", 3],
    ["C2", "log.txt", 6],
  ]);
  expect(entries[0]?.path).toBe(join(experimentPaths(ref).artifacts, "C1", "a.txt"));
  expect(new Date(entries[0]?.modified ?? "").getTime()).toBeGreaterThan(0);
  expect(await listArtifacts(ref, "C2")).toHaveLength(1);
  expect((await readArtifact(ref, "C1", "a.txt")).content.toString()).toBe("first");
});

test("an experiment without artifacts has an empty list", async () => {
  const ref = await experiment();
  expect(await listArtifacts(ref)).toEqual([]);
  expect(await listArtifacts(ref, "C1")).toEqual([]);
});

test("accepts the name v1..v2.diff", async () => {
  const ref = await experiment();
  expect((await writeArtifact(ref, "C1", "v1..v2.diff", "diff")).name).toBe("v1..v2.diff");
});

describe("refuses a name that leaves the folder or that no file system accepts, and writes nothing", () => {
  const names = [
    "../x",
    "../../secret",
    "/etc/passwd",
    "a/../../x",
    "a//b",
    "",
    ".",
    "a/.",
    "a\\b",
    "a\0b",
    "a\nb",
    // In bytes, which file systems count, each is longer than in characters.
    "é".repeat(240),
    Array.from({ length: 11 }, () => "字".repeat(80)).join("/"),
  ];
  test.each(names)("name %j", async (name) => {
    const ref = await experiment();
    await expect(writeArtifact(ref, "C1", name, "x")).rejects.toMatchObject({ code: "invalid_name" });
    await expect(readArtifact(ref, "C1", name)).rejects.toMatchObject({ code: "invalid_name" });
    expect(await listArtifacts(ref)).toEqual([]);
  });
  test.each(["../../..", "..", "C1/..", "", "."])("cycle %j", async (cycle) => {
    const ref = await experiment();
    await expect(writeArtifact(ref, cycle, "x", "x")).rejects.toMatchObject({ code: "invalid_name" });
    await expect(readArtifact(ref, cycle, "x")).rejects.toMatchObject({ code: "invalid_name" });
  });
});

test("does not follow a symbolic link that a suite left", async () => {
  const ref = await experiment();
  const outside = await temporaryFolder();
  await writeFile(join(outside, "secret"), "secret");
  await mkdir(join(experimentPaths(ref).artifacts, "C1"), { recursive: true });
  await symlink(outside, join(experimentPaths(ref).artifacts, "C1", "link"));
  await symlink(join(outside, "secret"), join(experimentPaths(ref).artifacts, "C1", "file"));

  await expect(readArtifact(ref, "C1", "link/secret")).rejects.toMatchObject({ code: "invalid_name" });
  await expect(readArtifact(ref, "C1", "file")).rejects.toMatchObject({ code: "invalid_name" });
  await expect(writeArtifact(ref, "C1", "link/secret", "x")).rejects.toMatchObject({ code: "invalid_name" });
  await expect(writeArtifact(ref, "C1", "link/new/x", "x")).rejects.toMatchObject({ code: "invalid_name" });
  expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
  expect(await listArtifacts(ref)).toEqual([]);
});

test("says where to look when an artifact does not exist", async () => {
  const ref = await experiment();
  await expect(readArtifact(ref, "C1", "x")).rejects.toMatchObject({ code: "unknown_artifact" });
});

test("splits text into parts between whole characters, which join to the original", async () => {
  const ref = await experiment();
  const text = "aé€𝄞".repeat(20);
  await writeArtifact(ref, "C1", "text", text);
  for (const limit of [4, 5, 6, 7, 11]) {
    let offset: number | null = 0;
    let joined = "";
    while (offset !== null) {
      const part: { content: string; encoding: string; next_offset: number | null } = await readArtifactPart(
        ref,
        "C1",
        "text",
        { offset, limit },
      );
      expect(part.encoding).toBe("utf8");
      joined += part.content;
      offset = part.next_offset;
    }
    expect(joined).toBe(text);
  }
});

test("returns binary content as base64", async () => {
  const ref = await experiment();
  const bytes = Buffer.from([0xff, 0xfe, 0, 1, 2, 0x80]);
  await writeArtifact(ref, "C1", "bytes", bytes);
  const part = await readArtifactPart(ref, "C1", "bytes", { offset: 0, limit: 100 });
  expect(Buffer.from(part.content, "base64")).toEqual(bytes);
  expect(part).toMatchObject({ encoding: "base64", size: 6, next_offset: null });
});

describe("an agent's artifact", () => {
  test("can be given as utf8 or base64 content, or as a file of the workspace", async () => {
    const ref = await experiment();
    await writeFile(join(ref.workspace, "shot.png"), "png");
    await storeArtifact({ ...ref, cycle_id: "C1", name: "a", content: "é" });
    await storeArtifact({ ...ref, cycle_id: "C1", name: "b", content: "w6k=", encoding: "base64" });
    await storeArtifact({ ...ref, cycle_id: "C1", name: "c", source_path: "shot.png" });
    expect((await readArtifact(ref, "C1", "b")).content.toString()).toBe("é");
    expect((await listArtifacts(ref)).map(({ size }) => size)).toEqual([2, 2, 3]);
  });

  test.each([
    ["nothing to keep", {}],
    ["two sources", { content: "x", source_path: "x" }],
    ["content that is not base64", { content: "%", encoding: "base64" as const }],
    ["a file outside the workspace", { source_path: "/etc/hostname" }],
    ["a file outside by a relative path", { source_path: ".." }],
  ])("refuses %s", async (_what, source) => {
    const ref = await experiment();
    await expect(storeArtifact({ ...ref, cycle_id: "C1", name: "x", ...source })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(await listArtifacts(ref)).toEqual([]);
  });

  test("refuses a link that leads out of the workspace, and a missing file", async () => {
    const ref = await experiment();
    const outside = await temporaryFolder();
    await writeFile(join(outside, "secret"), "secret");
    await symlink(join(outside, "secret"), join(ref.workspace, "innocent"));
    const input = { ...ref, cycle_id: "C1", name: "x" };
    await expect(storeArtifact({ ...input, source_path: "innocent" })).rejects.toMatchObject({
      code: "invalid_input",
    });
    await expect(storeArtifact({ ...input, source_path: "gone" })).rejects.toMatchObject({
      code: "source_unreadable",
    });
    await expect(copyArtifact(ref, "C1", "x", join(ref.workspace, "gone"))).rejects.toMatchObject({
      code: "source_unreadable",
    });
    expect(await listArtifacts(ref)).toEqual([]);
  });
});

test.each(["", "YQ==", "YQ==\n", " Y Q\n==", "YWI="])("stores %j as base64", async (content) => {
  const ref = await experiment();
  const { size } = await storeArtifact({
    ...ref,
    cycle_id: "C1",
    name: "a.bin",
    content,
    encoding: "base64",
  });
  expect(size).toBe(Buffer.from(content, "base64").length);
});

// A pattern that tries every way to split the blanks would take hours.
test.each(["!", "YQ==YQ", "YQ===", "YQ=!", `${" ".repeat(1_000_000)}!`])(
  "refuses content that is not base64 (case %#)",
  async (content) => {
    const ref = await experiment();
    await expect(
      storeArtifact({ ...ref, cycle_id: "C1", name: "a.bin", content, encoding: "base64" }),
    ).rejects.toMatchObject({ code: "invalid_input", message: "content is not base64." });
  },
);
