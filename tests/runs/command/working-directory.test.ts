import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { resolveWorkingDirectory } from "../../../src/runs/command/working-directory.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

test("runs a command at the top of the code, in a subfolder or through a link to one", async () => {
  const code = await temporaryFolder();
  await mkdir(join(code, "packages/server"), { recursive: true });
  await symlink("packages/server", join(code, "server"));
  expect(await resolveWorkingDirectory(code, undefined)).toBe(code);
  expect(await resolveWorkingDirectory(code, "packages/server")).toBe(join(code, "packages/server"));
  expect(await resolveWorkingDirectory(code, "server")).toBe(join(code, "server"));
});

test("refuses a missing folder, a file, and a link out of the code", async () => {
  const code = await temporaryFolder();
  const elsewhere = await temporaryFolder();
  await writeFile(join(code, "file"), "");
  await symlink(elsewhere, join(code, "out"));
  await symlink(code, join(elsewhere, "back"));
  await expect(resolveWorkingDirectory(code, "no-such")).rejects.toMatchObject({ code: "cwd_not_found" });
  await expect(resolveWorkingDirectory(code, "file")).rejects.toMatchObject({ code: "cwd_not_found" });
  await expect(resolveWorkingDirectory(code, "file/below")).rejects.toMatchObject({ code: "cwd_not_found" });
  await expect(resolveWorkingDirectory(code, "out")).rejects.toMatchObject({
    code: "cwd_outside",
    message: expect.stringContaining(elsewhere),
  });
});
