import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../../../src/context.ts";
import { listClosed } from "../../../src/experiments/closed.ts";
import { fingerprintSuite } from "../../../src/experiments/code/fingerprint.ts";
import { listExperiments } from "../../../src/experiments/experiments.ts";
import { decisionsPath, planPath } from "../../../src/experiments/layout.ts";
import { readPlan } from "../../../src/experiments/plan.ts";
import { listBranches } from "../../../src/lakebase/branches/branches.ts";
import { closeExperiments, previewClosing } from "../../../src/lifecycle/close/close.ts";
import type { CloseInput } from "../../../src/lifecycle/close/plan-closing.ts";
import { type CutInput, cutExperiments } from "../../../src/lifecycle/create.ts";
import { localLakebase } from "../lakebase.ts";
import { script } from "../plans.ts";
import { recordCycle } from "../records.ts";
import { temporaryRepository } from "../repository.ts";
import { uniqueFeature } from "../server.ts";

/** For tests that only use `exp-a`. */
export const alone = { experiments: [{ experiment_slug: "exp-a" }] };

/** A shop in a git repository with two experiments, each with its own worktree and branch of the emulator. */
export async function prepareClosing({ plan = {}, ...cut }: Partial<CutInput> & { plan?: object } = {}) {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n", ".gitignore": "*.local\n/.tdd/\n" });
  const workspace = shop.directory;
  const feature_id = uniqueFeature();
  await mkdir(dirname(planPath(workspace, feature_id)), { recursive: true });
  const suites = { api: script("") };
  await writeFile(planPath(workspace, feature_id), JSON.stringify({ suites, ...plan }));
  const context: Context = {
    ...{ workspace, lakebase: localLakebase(), backend: "local", launch: [], progress: () => {} },
    signal: new AbortController().signal,
  };
  const create = async (more: Partial<CutInput> = {}) => {
    const experiments = ["exp-a", "exp-b"].map((experiment_slug) => ({ experiment_slug }));
    const made = await cutExperiments(context, { feature_id, experiments, ...cut, ...more });
    if (made.errors[0] !== undefined) throw new Error(made.errors[0].message);
    return made.experiments;
  };
  const [first] = await create();
  const ref = { workspace, feature_id, experiment_slug: "exp-a" };
  const input: CloseInput = { feature_id, experiment_slugs: ["exp-a"], reason: "too slow" };
  const code = first?.code_directory ?? "";
  return {
    ...{ ...shop, context, workspace, feature_id, ref, create, code, branch: first?.branch ?? "" },
    write: (name: string, text: string) => writeFile(join(code, name), text),
    look: (more: Partial<CloseInput> = {}) => previewClosing(context, { ...input, ...more }),
    close: (more: Partial<CloseInput> = {}, by: Context = context) =>
      closeExperiments(by, { ...input, ...more }),
    decisions: () => readFile(decisionsPath(workspace, feature_id), "utf8"),
    /** Lists what exists of the feature. */
    standing: async () => {
      const branches = await listBranches(context.lakebase);
      const worktrees = (await shop.git("worktree", "list", "--porcelain")).split("\n");
      const refs = await shop.git("for-each-ref", "--format=%(refname)");
      return {
        open: (await listExperiments(workspace, feature_id)).map(({ experiment_slug }) => experiment_slug),
        closed: (await listClosed(workspace, feature_id)).map(({ experiment_slug }) => experiment_slug),
        branches: branches
          .flatMap(({ branch: name }) => (name.includes(feature_id.toLowerCase()) ? [name] : []))
          .sort(),
        worktrees: worktrees.filter((line) => line.startsWith("worktree ") && !line.endsWith(workspace))
          .length,
        refs: refs.split("\n"),
      };
    },
    /** Writes the records of a cycle with these counts. */
    count: async (experiment_slug: string, passed: number, failed: number) => {
      const plan = await readPlan(workspace, feature_id);
      const suite = plan.suites.api === undefined ? "" : fingerprintSuite(plan, plan.suites.api);
      await recordCycle({ ...ref, experiment_slug }, { tags: { api: { passed, failed, suite } } });
    },
  };
}
