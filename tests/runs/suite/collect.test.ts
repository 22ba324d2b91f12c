import { existsSync } from "node:fs";
import { appendFile, mkdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { listArtifacts } from "../../../src/experiments/artifacts/artifacts.ts";
import { artifactPath } from "../../../src/experiments/layout.ts";
import { createRedactor } from "../../../src/runs/redaction/redact.ts";
import { collectArtifacts } from "../../../src/runs/suite/collect.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

/** What a command left, collected. */
async function collect(
  make: (directory: string) => Promise<unknown>,
  { secrets = [], signal }: { secrets?: string[]; signal?: AbortSignal } = {},
) {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  const directory = join(await temporaryFolder(), "files");
  await mkdir(directory);
  await make(directory);
  await collectArtifacts(ref, "C1", "api", directory, createRedactor(secrets), signal);
  const artifacts = await listArtifacts(ref, "C1");
  const read = async (name: string) => {
    const found = artifacts.find((each) => each.name === `api/${name}`);
    return found === undefined ? undefined : readFile(found.path, "utf8");
  };
  return { ref, names: artifacts.map(({ name }) => name), read, isGone: !existsSync(directory) };
}

test("keeps every regular file without secrets, and removes the originals", async () => {
  const { names, read, isGone } = await collect(
    async (directory) => {
      await mkdir(join(directory, "traces"));
      await writeFile(join(directory, "traces/a.txt"), "login: pa55w0rd-of-branch.");
      await symlink("/etc/hostname", join(directory, "link"));
    },
    { secrets: ["pa55w0rd-of-branch"] },
  );

  expect(names).toEqual(["api/traces/a.txt"]);
  expect(await read("traces/a.txt")).toBe("login: [redacted].");
  expect(isGone).toBe(true);
});

test("neither keeps nor removes what a command's folder leads to if it was replaced by a link", async () => {
  const elsewhere = await temporaryFolder();
  await writeFile(join(elsewhere, "private.txt"), "not the command's own");
  const { names, read, isGone } = await collect(async (directory) => {
    await rm(directory, { recursive: true });
    await symlink(elsewhere, directory);
  });

  expect(names).toEqual(["api/left-out.txt"]);
  expect(await read("left-out.txt")).toContain("the command replaced this folder by a link");
  expect([isGone, existsSync(join(elsewhere, "private.txt"))]).toEqual([true, true]);
});

test("leaves out and names a file with too long a path, and keeps the others", async () => {
  const long = Array.from({ length: 6 }, (_, index) => String(index).repeat(200)).join("/");
  const { names, read } = await collect(async (directory) => {
    await mkdir(join(directory, long), { recursive: true });
    await writeFile(join(directory, long, "deep.txt"), "deep");
    await writeFile(join(directory, "a.txt"), "a");
  });

  expect(names).toEqual(["api/a.txt", "api/left-out.txt"]);
  expect(await read("left-out.txt")).toMatch(
    /^Left out:\napi\/000.*: an artifact name must have at most 1024 characters\n$/,
  );
});

test("keeps the log even if a folder has its name", async () => {
  const { names, read } = await collect(async (directory) => {
    await mkdir(join(directory, "stdout.log"));
    await writeFile(join(directory, "stdout.log/a.txt"), "a");
  });

  expect(names).toEqual(["api/left-out.txt"]);
  expect(await read("left-out.txt")).toContain(
    "stdout.log/a.txt: its folder has the name of one of our files",
  );
});

test("keeps what it can within a moment from a stopped run, and says how much it left out", async () => {
  let now = 0;
  // A tenth of a second for each file.
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 100));
  onTestFinished(() => clock.mockRestore());
  const { names, read } = await collect(
    async (directory) => {
      for (let index = 0; index < 300; index++) await writeFile(join(directory, `${index}.txt`), "");
    },
    { signal: AbortSignal.abort() },
  );

  const kept = names.filter((name) => name !== "api/left-out.txt").length;
  expect(kept).toBe(20);
  const text = (await read("left-out.txt")) ?? "";
  expect(text.split("\n").filter((line) => line.includes("no time"))).toHaveLength(200);
  expect(text).toContain(`and ${300 - 20 - 200} more`);
});

test.each(["repeat-2", "step-2", "fresh-branch", "interrupted"])(
  "leaves out a file named %s, where a later command's logs go, and keeps what only looks like it",
  async (name) => {
    const { names, read, ref } = await collect(async (directory) => {
      await mkdir(join(directory, "deep"));
      for (const file of [name, `deep/${name}`, `${name}.txt`]) await writeFile(join(directory, file), "a");
    });
    expect(names).toEqual([`api/${name}.txt`, `api/deep/${name}`, "api/left-out.txt"].sort());
    expect(await read("left-out.txt")).toBe(`Left out:\n${name}: it has the name of one of our folders\n`);

    const logs = join(await temporaryFolder(), "logs");
    await mkdir(logs);
    await writeFile(join(logs, "stdout.log"), "again");
    await collectArtifacts(ref, "C1", `api/${name}`, logs, createRedactor([]));
    expect(await readFile(artifactPath(ref, "C1", `api/${name}/stdout.log`), "utf8")).toBe("again");
  },
);

test("keeps a file whose name no artifact can have under another one", async () => {
  const { names } = await collect((directory) => writeFile(join(directory, "a\\b\u0007.txt"), "a"));
  expect(names).toEqual(["api/a_b_.txt"]);
});

test("keeps a file under a name without the secret that is in it", async () => {
  const { names } = await collect((directory) => writeFile(join(directory, "login-pa55w0rd-1.txt"), "a"), {
    secrets: ["pa55w0rd-1"],
  });
  expect(names).toEqual(["api/login-[redacted].txt"]);
});

test("does nothing without files, and removes the folder", async () => {
  const { names, isGone } = await collect(async () => {});
  expect(names).toEqual([]);
  expect(isGone).toBe(true);
});

test("keeps both ends of a file that is mostly a hole, without reading the rest", async () => {
  const secret = "pa55w0rd-of-branch";
  const size = 2 ** 42;
  const { read } = await collect(
    async (directory) => {
      await writeFile(join(directory, "core"), `begin ${secret}`);
      await truncate(join(directory, "core"), size);
      await appendFile(join(directory, "core"), `${secret} end`);
    },
    { secrets: [secret] },
  );

  const kept = (await read("core")) ?? "";
  expect(kept).toMatch(/^begin \[redacted\]\0/);
  expect(kept).toMatch(/\0\[redacted\] end$/);
  const [, leftOut] = /\n… (\d+) bytes left out …\n/.exec(kept) ?? [];
  const masked = 2 * (secret.length - "[redacted]".length);
  const marker = `\n… ${leftOut} bytes left out …\n`;
  expect(Number(leftOut) + kept.length - marker.length + masked).toBe(size + `${secret} end`.length);
});
