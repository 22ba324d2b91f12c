import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compareExperiments } from "../src/comparison/compare.ts";

const experiments = 1_000;
const artifacts = 20;
const rounds = 15;

/** Comparing many experiments: the time of one comparison, and what memory is left after many. */
async function main(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), "bench-compare-"));
  try {
    write(workspace);
    const times: number[] = [];
    const heaps: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const begin = performance.now();
      const report = await compareExperiments({ workspace, feature_id: "F1" });
      times.push(performance.now() - begin);
      if (report.rows.length !== experiments) throw new Error("the comparison lost rows");
      globalThis.gc?.();
      heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
    }
    times.sort((a, b) => a - b);
    const figure = (value: number | undefined) => value?.toFixed(0);
    print(`${experiments} experiments with ${artifacts} artifacts each, ${rounds} rounds`);
    print(`time: median ${figure(times[Math.floor(rounds / 2)])} ms, best ${figure(times[0])} ms`);
    print(
      `heap after collection: ${figure(heaps[1])} MB after round 2, ${figure(heaps.at(-1))} MB at the end`,
    );
    print(`largest resident size: ${figure(process.resourceUsage().maxRSS / 1024)} MB`);
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

function write(workspace: string): void {
  for (let n = 0; n < experiments; n++) {
    const directory = join(workspace, ".tdd/experiments/F1", `exp-${n}`);
    const put = (path: string, content: unknown) =>
      writeFileSync(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
    const counts = { passed: 3, failed: n % 2 };
    mkdirSync(join(directory, "artifacts/C1"), { recursive: true });
    mkdirSync(join(directory, "artifacts/C2"), { recursive: true });
    put("branch.txt", `f1-exp-${n}`);
    put("outcomes.json", {
      status: n % 2 === 0 ? "succeeded" : "failed",
      tests_passed: 9,
      tests_failed: counts.failed * 3,
      by_tag: { api: counts, e2e: counts, infra: counts },
    });
    put("timeline.json", {
      entries: ["C1", "C2"].map((cycle_id) => ({ ts: "2026-01-01T00:00:00Z", kind: "cycle", cycle_id })),
    });
    put("runtime.json", { duration_ms: 1000 });
    for (let file = 0; file < artifacts; file++) put(`artifacts/C${1 + (file % 2)}/log-${file}.txt`, "ok\n");
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

await main();
