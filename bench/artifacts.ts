import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../src/comparison/statistics/sample.ts";
import { listArtifacts, readArtifact } from "../src/experiments/artifacts/artifacts.ts";
import { experimentPaths } from "../src/experiments/layout.ts";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";

const count = 100_000;
const folders = 100;
const reads = 1_000;
const rounds = 3;

/**
 * An experiment with very many artifacts: listing all of them, compared with reading the same folders and file sizes,
 * and reading some.
 */
async function main(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), "bench-artifacts-"));
  try {
    const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
    const { artifacts, branch } = experimentPaths(ref);
    for (let folder = 0; folder < folders; folder++) {
      const directory = join(artifacts, "C1", `api-${folder}`);
      mkdirSync(directory, { recursive: true });
      for (let n = 0; n < count / folders; n++) writeFileSync(join(directory, `${n}.log`), "ok\n");
    }
    writeFileSync(branch, "exp-a");
    const [listing, floor]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      floor.push(await timed(() => readSizes(artifacts)));
      listing.push(
        await timed(async () => {
          const found = (await listArtifacts(ref)).length;
          if (found !== count) throw new Error(`${found} artifacts were listed`);
        }),
      );
    }
    const reading = await timed(async () => {
      for (let n = 0; n < reads; n++) await readArtifact(ref, "C1", `api-${n % folders}/${n % 10}.log`);
    });
    const ratio = (median(listing) / median(floor)).toFixed(2);
    print(
      `listing ${count} artifacts: ${median(listing).toFixed(0)} ms, ${ratio} x the bare look at each file`,
    );
    print(`reading one of them: ${(reading / reads).toFixed(2)} ms`);
    globalThis.gc?.();
    print(`largest resident size: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

function readSizes(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

await main();
