import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { planPath } from "../../src/experiments/layout.ts";
import { type CutInput, cutExperiments } from "../../src/lifecycle/create.ts";
import { branchJson, fails, fakeCli, productionJson, type Script } from "../lakebase/fake-cli.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

export const branch = "f1--exp-a";
export const uid = "br-broad-sky-d2k5gewt";
export const inAWeek = () => new Date(Date.now() + 604_800_000).toISOString();
export const ours = () => branchJson(branch, { expire_time: inAWeek() });
export const created = () => ({ stdout: ours() });
export const exists = fails("branch with such id already exists");
export const listing = (...branches: unknown[]) => [{ stdout: [productionJson, ...branches] }];

/** A feature with a plan, and `cut` for its experiments, over a CLI that answers by a script. */
export async function feature(plan: Record<string, unknown> = {}) {
  const workspace = await temporaryFolder();
  const path = planPath(workspace, "F1");
  await mkdir(dirname(path), { recursive: true });
  const suites = { api: { command: ["true"], report: { format: "exit-code" } } };
  await writeFile(path, JSON.stringify({ suites, ...plan }));
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  const cut = async (script: Script, input: Partial<CutInput> = {}, branch_prefix?: string) => {
    const { lakebase, calls, names, peak } = fakeCli({ "list-branches": listing(), ...script });
    const context = {
      ...{ workspace, lakebase, backend: "local" as const, launch: [], progress: () => {}, branch_prefix },
      signal: new AbortController().signal,
    };
    const experiments = [{ experiment_slug: "exp-a" }];
    return {
      ...(await cutExperiments(context, { feature_id: "F1", experiments, ...input })),
      calls,
      names,
      peak,
    };
  };
  return { ref, cut };
}
