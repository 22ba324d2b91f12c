import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join, sep } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readArtifact, writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { experimentPaths } from "../../src/experiments/layout.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { anyPath, tries } from "../support/fuzz.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

test("writes and reads an artifact of any name in its cycle's folder, or refuses the name", async () => {
  const folder = await temporaryFolder();
  const ref = { workspace: join(folder, "shop"), feature_id: "F1", experiment_slug: "exp-a" };
  const { artifacts } = experimentPaths(ref);
  await mkdir(artifacts, { recursive: true });
  await writeFile(join(folder, "secret"), "secret");
  const before = await findOutside(folder, artifacts);

  await fc.assert(
    fc.asyncProperty(anyPath, anyPath, fc.string(), async (cycleId, name, content) => {
      try {
        const { path } = await writeArtifact(ref, cycleId, name, content);
        const read = await readArtifact(ref, cycleId, name);
        expect(path.startsWith(artifacts + sep)).toBe(true);
        expect(read.content.toString()).toBe(Buffer.from(content).toString());
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        await expect(readArtifact(ref, cycleId, name)).rejects.toThrow(CoreError);
      }
    }),
    tries(150),
  );
  expect(await findOutside(folder, artifacts)).toEqual(before);
});

async function findOutside(folder: string, inside: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all.map((entry) => join(entry.parentPath, entry.name)).filter((path) => !path.startsWith(inside));
}
