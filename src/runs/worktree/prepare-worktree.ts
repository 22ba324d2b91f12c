import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Step } from "../../../schemas/plan/suite.ts";
import { nameLog } from "../../experiments/artifacts/logs.ts";
import { readWorktreeRecord, writeWorktreeRecord } from "../../experiments/code/worktree-record.ts";
import { artifactPath } from "../../experiments/layout.ts";
import { git } from "../../git/git.ts";
import { CoreError } from "../../utils/core-error.ts";
import type { CycleScope } from "../cycle/scope.ts";
import { runAndCollect } from "../suite/run-and-collect.ts";

/** How long a step may take, in seconds: installing a large project takes time. */
export const prepareSeconds = 1_800;

/** Files that determine which versions are installed. */
const lockFile =
  /^(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|deno\.lock|requirements.*\.txt|Pipfile\.lock|(poetry|uv|pdm|Gemfile|composer|Cargo|mix|pubspec)\.lock|go\.sum|gradle\.lockfile)$/;

/**
 * Runs the plan's `worktrees.prepare` in an experiment's worktree, unless it has already succeeded with these commands
 * and lock files.
 * @throws CoreError `prepare_failed`, with its log; whatever `runAndCollect` throws
 */
export async function prepareWorktree(scope: CycleScope): Promise<void> {
  const { experiment, code, request, onStep } = scope;
  const steps = request.plan.worktrees?.prepare;
  if (code.worktree === undefined || steps === undefined) return;
  if (code.worktree.prepared === (await fingerprint(code.root, steps))) return;
  onStep("prepare", { by_tag: {}, evidence: {} });
  for (const [index, step] of steps.entries()) await runStep(scope, step, index);
  // An install may itself write the lock file.
  const prepared = await fingerprint(code.root, steps);
  const record = await readWorktreeRecord(experiment);
  // A scratch worktree is not the one in the record.
  if (record != null && record.path === code.worktree.path)
    await writeWorktreeRecord(experiment, { ...record, prepared });
}

async function runStep(scope: CycleScope, { command: argv, cwd }: Step, index: number): Promise<void> {
  const folder = index === 0 ? "prepare" : `prepare/step-${index + 1}`;
  const command = { tag: "prepare", folder, argv, cwd, timeoutMs: prepareSeconds * 1_000 };
  const end = await runAndCollect(scope, command, async () => async (commandEnd) => commandEnd);
  scope.signal.throwIfAborted();
  if (end.exitCode === 0 && end.stoppedBy === null) return;
  const log = artifactPath(scope.experiment, scope.cycleId, nameLog(scope.experiment, scope.cycleId, folder));
  const how = end.stoppedBy === null ? `exited with status ${end.exitCode}` : "took too long and was stopped";
  throw new CoreError("prepare_failed", `worktrees.prepare, ${argv.join(" ")}, ${how}.`, {
    hint: `Read ${log}.`,
  });
}

async function fingerprint(root: string, steps: readonly Step[]): Promise<string> {
  const listed = await git(root, ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
  const files = listed.stdout.split("\0").filter((file) => lockFile.test(basename(file)));
  const hash = createHash("sha256").update(JSON.stringify(steps));
  for (const file of [...new Set(files)].sort())
    hash.update(`\0${file}\0`).update(await readFile(join(root, file)).catch(() => ""));
  return hash.digest("hex").slice(0, 16);
}
