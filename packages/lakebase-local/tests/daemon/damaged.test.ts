import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { lastConnection } from "../../src/connection.ts";
import { findHolder } from "../../src/daemon/lease.ts";

async function temporaryFolder() {
  const folder = await mkdtemp(join(tmpdir(), "lakebase-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test.each(["", "garbage", "[]", '{"pid":1}', '{"pid":"1","port":2}'])(
  "a daemon file that holds %j reads as if there were none",
  async (text) => {
    const daemonFile = join(await temporaryFolder(), "daemon.json");
    await writeFile(daemonFile, text);
    expect(await lastConnection({ daemonFile })).toBeUndefined();
  },
);

test("a damaged lease is an error that names the file, as its holder may be alive", async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, "1"), "garbage");
  await expect(findHolder(folder)).rejects.toMatchObject({
    message: expect.stringContaining(`${join(folder, "1")} is damaged`),
    hint: expect.stringContaining("Remove it once no lakebase-local daemon is running"),
  });
});
