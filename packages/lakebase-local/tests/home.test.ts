import { statSync } from "node:fs";
import { chmod, mkdir, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../tests/support/machine/temporary.ts";
import { isSkipped } from "../../../tests/support/vitest/skip.ts";
import { exists, findHome, prepareHome } from "../src/home.ts";
import { describeTrouble } from "../src/machine-trouble.ts";

test("lies where the environment says, and there alone", async () => {
  const home = findHome({ LAKEBASE_LOCAL_HOME: "state/local", XDG_STATE_HOME: "/elsewhere" });
  expect(home.root).toBe(resolve("state/local"));
  const { root, ...paths } = home;
  expect(Object.values(paths).filter((path) => !path.startsWith(`${root}/`))).toEqual([]);
});

const isClosed = process.getuid?.() === 0 && (statSync(tmpdir()).mode & 1) === 0;
test.skipIf(
  isSkipped(isClosed, "a new state directory: nobody but root may enter the folder for temporary files"),
)("is made with folders that nobody else may read", async () => {
  const folder = await temporaryFolder();
  // As root, Postgres runs as another account, which has to come through.
  await chmod(folder, 0o711);
  const home = findHome({ LAKEBASE_LOCAL_HOME: join(folder, "deep", "state") });
  await prepareHome(home);
  await prepareHome(home);
  for (const folder of [home.root, home.leases, home.records, home.logs, home.data, home.binaries])
    expect([folder, (await stat(folder)).mode & 0o066]).toEqual([folder, 0]);
});

test("is refused where a file is in the way, with what to do", async () => {
  const file = join(await temporaryFolder(), "state");
  await writeFile(file, "");
  const home = findHome({ LAKEBASE_LOCAL_HOME: file });
  const refusal = await prepareHome(home).catch((error: unknown) => error);
  expect(describeTrouble(refusal)).toMatch(
    /^cannot write the state directory .*state: .*\. Point LAKEBASE_LOCAL_HOME at a folder that you can write\.$/,
  );
});

const isUser = isSkipped(
  process.getuid?.() !== 0,
  "a folder closed to Postgres' account: that is root's alone",
);
test.skipIf(isUser)("is refused to root where Postgres' own account cannot go", async () => {
  const closed = join(await temporaryFolder(), "closed");
  await mkdir(closed, { mode: 0o700 });
  const home = findHome({ LAKEBASE_LOCAL_HOME: join(closed, "state") });
  await expect(prepareHome(home)).rejects.toThrow(/^Postgres cannot run in .* which may not enter .*closed$/);
  await chmod(closed, 0o755);
});

test("finds a link that leads nowhere", async () => {
  const folder = await temporaryFolder();
  expect(await exists(join(folder, "x"))).toBe(false);
  await symlink("nowhere", join(folder, "x"));
  expect(await exists(join(folder, "x"))).toBe(true);
});
