import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { runSchema } from "../schemas/run.ts";
import { waitFor } from "./support/runs.ts";
import { startServer } from "./support/server.ts";

const designOfWinner = "exp-pg: Products, orders and order lines as tables.";

/** What the demo leaves in its repository. */
async function whatIsLeft() {
  const checkout = ".demo/checkout";
  const git = async (...args: string[]) => (await execa("git", args, { cwd: checkout, lines: true })).stdout;
  return {
    commits: await git("log", "--format=%s", "main"),
    files: await git("ls-files"),
    worktrees: (await git("worktree", "list")).length,
    experiments: await readdir(join(checkout, ".tdd/experiments/F1-checkout")),
    archived: await readdir(join(checkout, ".tdd/archive/F1-checkout")),
  };
}

test("the demo takes a feature from plan to promotion, and leaves nothing behind", async () => {
  const temporary = await mkdtemp(join(tmpdir(), "lakebase-test-"));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  // As root, Postgres runs as another user and has to get through.
  await chmod(temporary, 0o711);
  const { stdout } = await execa(process.execPath, ["dist/demo.js"], { env: { TMPDIR: temporary } });
  const lines = stdout.split("\n").map((line) => line.trimEnd());
  for (const line of [
    "api     3/0       3/0",
    "e2e     1/1       1/0",
    "infra   –         2/0",
    "signal  failing   winning",
    "Recommendation: promote",
  ]) {
    expect(lines).toContain(line);
  }
  expect(stdout).toMatch(/peak_in_flight 2\./);
  expect(stdout).toMatch(/Asked while still running \(.*exp-(json|pg).*\): continue\./);
  expect(stdout).toMatch(/As a page: /);
  expect(stdout).toMatch(/Verified: +exp-pg merged with main: api 3\/0 {2}e2e 1\/0 {2}infra 2\/0/);
  expect(await whatIsLeft()).toEqual({
    commits: ["Record the decision", designOfWinner, "A shop without a design yet"],
    files: expect.arrayContaining(["design/shop.mjs", ".tdd/features/F1-checkout/decisions.md"]),
    worktrees: 1,
    experiments: ["comparison.html"],
    archived: ["exp-json", "exp-pg"],
  });
  expect(lines).toContain("Branches:  before-f1-checkout, production");
  expect(lines).toContain("clean_up:  Nothing is left over.");
  expect(lines).toContain("Tables now in production: public.order_line, public.orders, public.product");
  expect(await readdir(".demo")).not.toContain("checkout.worktrees");
  expect(await readdir(temporary)).toEqual([]);
  await expect.poll(() => processesThatMention(temporary)).toEqual([]);
});

test("a demo stopped in the middle of a run leaves nothing behind", async () => {
  const temporary = await mkdtemp(join(tmpdir(), "lakebase-test-"));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  await chmod(temporary, 0o711);
  const env = { TMPDIR: temporary };
  // It cleans up before it ends, which may take its time.
  const demo = execa(process.execPath, ["dist/demo.js"], { env, reject: false, forceKillAfterDelay: false });
  // Reads on to the end: a demo that can no longer print fails before the signal reaches it.
  let isStopped = false;
  for await (const line of demo) {
    if (isStopped || !/^ {2}exp-\w+ +running/.test(line)) continue;
    isStopped = true;
    demo.kill("SIGTERM");
  }
  expect(await demo).toMatchObject({ exitCode: 143 });
  await expect.poll(() => processesThatMention(temporary), { timeout: 60_000 }).toEqual([]);
  expect(await readdir(temporary)).toEqual([]);
});

test("a changed design changes the matrix", async () => {
  // Below the package, where the example's suites find pg and vitest.
  await mkdir(".demo", { recursive: true });
  const workspace = await mkdtemp(join(".demo", "changed-"));
  onTestFinished(() => rm(workspace, { recursive: true, force: true }));
  await cp("examples/checkout", workspace, { recursive: true });
  await cp(join(workspace, "designs", "exp-json"), join(workspace, "design"), { recursive: true });
  const shop = join(workspace, "design", "shop.mjs");
  const careless = await readFile(shop, "utf8");
  const careful = careless.replace(
    "export async function placeOrder(",
    "let last = Promise.resolve();\n" +
      "export const placeOrder = (...order) => (last = last.then(() => place(...order)));\nasync function place(",
  );
  await writeFile(shop, careful);

  const server = await startServer({ env: { LAKEBASE_WORKSPACE: workspace } });
  const feature_id = "F1-checkout";
  await server.call(z.unknown(), "create_experiments", {
    feature_id,
    experiments: [{ experiment_slug: "exp-json" }],
    // The copy lies in this repository, which has no commit of it.
    worktree: false,
  });
  const { run_id } = await server.call(runSchema, "run_experiments", { feature_id, tags: ["e2e"] });
  const run = await waitFor(server, run_id);
  expect(run.results).toMatchObject([{ status: "succeeded", by_tag: { e2e: { passed: 2, failed: 0 } } }]);
});

/** Command lines and environments of other processes that name a folder. */
async function processesThatMention(folder: string): Promise<string[]> {
  if (process.platform !== "linux") return [];
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const texts = ["cmdline", "environ"].map((name) =>
        readFile(`/proc/${pid}/${name}`, "utf8").catch(() => ""),
      );
      return (await Promise.all(texts)).join("\0");
    }),
  );
  return found.filter((text) => text.includes(folder));
}
