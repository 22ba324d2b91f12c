import type { Experiment } from "../../experiments/experiments.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import { type Lakebase, withPriority } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import type { ReadParent } from "../cycle/parents.ts";
import { type ReachedBranch, reachBranch } from "../cycle/reach-branch.ts";
import { readyAhead } from "./ready-ahead.ts";
import { renewExpiring } from "./renew.ts";

interface BranchesOptions {
  /** In the order in which they run. */
  experiments: readonly string[];
  find: (slug: string) => Promise<Experiment>;
  readParent: ReadParent;
  concurrency: number;
  /** Whether nothing may be done while an experiment runs, because it would disturb what is measured. */
  isAlone: boolean;
  ttl: string;
  /** How long the run may take. */
  minutes: number;
  signal: AbortSignal;
}

/** The branches of a run's experiments. */
export interface RunBranches {
  /** Called when an experiment's turn has come. @param onWait receives its waits from then on */
  reach: (slug: string, onWait: OnWait) => Promise<ReachedBranch>;
  /** Resolves once branches that would expire have been extended, or cannot be. */
  renewed: Promise<void>;
}

/** Lists a project's branches once for a run, and starts to reach those of the first experiments. */
export function openBranches(
  lakebase: Lakebase,
  { experiments, find, readParent, concurrency, isAlone, ttl, minutes, signal }: BranchesOptions,
): RunBranches {
  const listed = experiments.length === 0 ? Promise.resolve([]) : list(withPriority(lakebase, 1), signal);
  const turns = new Map(experiments.map((slug, index) => [slug, index]));
  const waiting = new Map<string, OnWait>();
  const ready = async (slug: string, mayWake: Promise<void>) => {
    const onWait: OnWait = (what) => waiting.get(slug)?.(what);
    // The next in line waits for no call of a later one.
    const inLine = withPriority(lakebase, -(turns.get(slug) ?? 0));
    const reached = await reachBranch(inLine, await find(slug), { listed, mayWake, signal, onWait });
    const { parent_branch } = reached.branch;
    // Whoever needs the parent later learns whether that worked.
    if (parent_branch !== null && !isAlone) readParent(parent_branch).catch(() => {});
    return reached;
  };
  const renew = async () => {
    const found = await Promise.all(experiments.map((slug) => find(slug).catch(ignoreCoreError)));
    const known = found.filter((experiment) => experiment !== undefined);
    await renewExpiring(lakebase, known, { listed, ttl, minutes, signal });
  };
  const takeReady = readyAhead(experiments, isAlone ? 0 : concurrency, ready);
  return {
    reach: (slug, onWait) => {
      waiting.set(slug, onWait);
      return takeReady(slug);
    },
    renewed: renew(),
  };
}

/** Lists the branches; if that fails, each branch is looked up individually. */
async function list(lakebase: Lakebase, signal: AbortSignal): Promise<readonly Branch[]> {
  return (await listBranches(lakebase, { signal }).catch(ignoreCoreError)) ?? [];
}
