import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeRecordFolder } from "../../../src/utils/files/record-path.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

it("creates folders for records, but no workspace that is gone", async () => {
  const workspace = join(await temporaryFolder(), "shop");
  const folder = join(workspace, ".tdd/runs/r/work");
  await mkdir(workspace);
  await makeRecordFolder(folder);
  expect(existsSync(folder)).toBe(true);

  await rm(workspace, { recursive: true });
  await expect(makeRecordFolder(folder)).rejects.toMatchObject({ code: "workspace_gone" });
  expect(existsSync(workspace)).toBe(false);
});
