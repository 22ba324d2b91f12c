import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compareExperiments } from "../src/comparison/compare.ts";
import { median } from "../src/comparison/statistics/sample.ts";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";

/** How many experiments, and in how many rounds. */
const sizes = [
  [10, 15],
  [100, 15],
  [1_000, 15],
  [10_000, 3],
] as const;
const artifacts = 20;

/**
 * Comparing many experiments: the time of a comparison that a server repeats, and of its first one, each next to that of
 * merely reading the same files and folders; and the memory that remains in use.
 */
async function main(): Promise<void> {
  print(`experiments with ${artifacts} artifacts each; medians, and heaps after collection`);
  for (const [experiments, rounds] of sizes) {
    const workspace = mkdtempSync(join(tmpdir(), "bench-compare-"));
    try {
      write(workspace, experiments);
      await measure(workspace, experiments, rounds);
    } finally {
      rmSync(workspace, { recursive: true });
    }
  }
  print(`largest resident size: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB`);
}

async function measure(workspace: string, experiments: number, rounds: number): Promise<void> {
  // A file that has just been written is read again, because it may change again without looking different.
  await sleep(1_500);
  const firsts: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Under another name, they have not been read before.
    const renamed = `${workspace}-${round}`;
    renameSync(workspace, renamed);
    firsts.push(await timed(() => compareExperiments({ workspace: renamed, feature_id: "F1" })));
    renameSync(renamed, workspace);
  }
  const first = median(firsts);
  const compared: number[] = [];
  const floors: number[] = [];
  const heaps: number[] = [];
  for (let round = 0; round < rounds; round++) {
    floors.push(await timed(() => readEverything(workspace, experiments)));
    compared.push(
      await timed(async () => {
        const report = await compareExperiments({ workspace, feature_id: "F1" });
        if (report.rows.length !== experiments) throw new Error("the comparison lost rows");
        if (report.winners.length !== experiments / 2) throw new Error("the records are not believed");
      }),
    );
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed / 2 ** 20);
  }
  const [time, floor] = [median(compared), median(floors)];
  const each = ((time / experiments) * 1000).toFixed(0);
  print(
    `${experiments}: ${time.toFixed(0)} ms, ${each} µs each; reading alone ${floor.toFixed(0)} ms, ` +
      `ratio ${(time / floor).toFixed(2)}; the first time ${first.toFixed(0)} ms, ` +
      `ratio ${(first / floor).toFixed(2)}; heap ${heaps[1]?.toFixed(0)} MB after round 2, ` +
      `${heaps.at(-1)?.toFixed(0)} MB after round ${rounds}`,
  );
}

/**
 * Reads what a comparison has to: the text of each record that is there, whether the others are, and the names of all
 * artifacts. One after another, because that takes less time than at once: a thread pool costs more than a small read.
 */
function readEverything(workspace: string, experiments: number): void {
  for (let n = 0; n < experiments; n++) {
    const directory = join(workspace, ".tdd/experiments/F1", `exp-${n}`);
    for (const file of ["branch.txt", "outcomes.json", "timeline.json", "runtime.json", "worktree.json"]) {
      readFileSync(join(directory, file), "utf8");
    }
    for (const file of ["branch.json", "reported.json", "closed.json"]) existsSync(join(directory, file));
    for (const cycle of readdirSync(join(directory, "artifacts"))) {
      readdirSync(join(directory, "artifacts", cycle), { withFileTypes: true });
    }
  }
}

function write(workspace: string, experiments: number): void {
  for (let n = 0; n < experiments; n++) {
    const directory = join(workspace, ".tdd/experiments/F1", `exp-${n}`);
    const put = (path: string, content: unknown) =>
      writeFileSync(join(directory, path), typeof content === "string" ? content : JSON.stringify(content));
    const commit = "0123456789abcdef0123456789abcdef01234567";
    const code = { commit, dirty: false, branch_uid: `br-${n}` };
    const run = (cycle_id: string) => ({
      run_id: `run-20260101T000000-0123456${cycle_id.slice(1)}`,
      cycle_id,
    });
    const source = { ...run("C2"), ...code, suite: "0123456789abcdef" };
    const proven = { state: "evidence", duration_ms: 1000, source };
    const counts = { passed: 3, failed: n % 2 };
    mkdirSync(join(directory, "artifacts/C1"), { recursive: true });
    mkdirSync(join(directory, "artifacts/C2"), { recursive: true });
    put("branch.txt", `f1-exp-${n}`);
    put("outcomes.json", {
      status: n % 2 === 0 ? "succeeded" : "failed",
      tests_passed: 9,
      tests_failed: counts.failed * 3,
      by_tag: { api: counts, e2e: counts, infra: counts },
      evidence: {
        ...run("C2"),
        ...code,
        branch: `f1-exp-${n}`,
        by_tag: { api: proven, e2e: proven, infra: proven },
      },
    });
    put("timeline.json", {
      entries: ["C1", "C2"].map((cycle_id) => ({
        ts: "2026-01-01T00:00:00Z",
        kind: "cycle",
        ...run(cycle_id),
        ...code,
        suites: { api: source.suite, e2e: source.suite, infra: source.suite },
        by_tag: { api: counts, e2e: counts, infra: counts },
      })),
    });
    put("runtime.json", { duration_ms: 1000 });
    put("worktree.json", null);
    for (let file = 0; file < artifacts; file++) put(`artifacts/C${1 + (file % 2)}/log-${file}.txt`, "ok\n");
  }
}

await main();
