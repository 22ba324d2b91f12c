import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { workingDirectory } from "../../../src/runs/command/working-directory.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

test("runs a command at the top of the code, in a subfolder or through a link to one", async () => {
  const code = await temporaryFolder();
  await mkdir(join(code, "packages/server"), { recursive: true });
  await symlink("packages/server", join(code, "server"));
  expect(await workingDirectory(code, undefined)).toBe(code);
  expect(await workingDirectory(code, "packages/server")).toBe(join(code, "packages/server"));
  expect(await workingDirectory(code, "server")).toBe(join(code, "server"));
});

test("refuses a missing folder, a file, and a link out of the code", async () => {
  const code = await temporaryFolder();
  const elsewhere = await temporaryFolder();
  await writeFile(join(code, "file"), "");
  await symlink(elsewhere, join(code, "out"));
  await symlink(code, join(elsewhere, "back"));
  await expect(workingDirectory(code, "no-such")).rejects.toMatchObject({ code: "cwd_not_found" });
  await expect(workingDirectory(code, "file")).rejects.toMatchObject({ code: "cwd_not_found" });
  await expect(workingDirectory(code, "file/below")).rejects.toMatchObject({ code: "cwd_not_found" });
  await expect(workingDirectory(code, "out")).rejects.toMatchObject({
    code: "cwd_outside",
    message: expect.stringContaining(elsewhere),
  });
});
