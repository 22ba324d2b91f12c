import { askAhead } from "../../experiments/code/worktrees.ts";
import type { Experiment } from "../../experiments/experiments.ts";
import { listBranches } from "../../lakebase/branches/branches.ts";
import type { OnWait } from "../../lakebase/connection/hold-compute.ts";
import { type Lakebase, withPriority } from "../../lakebase/lakebase.ts";
import type { Branch } from "../../lakebase/resources.ts";
import { ignoreCoreError } from "../../utils/core-error.ts";
import type { ReadParent } from "../cycle/branch/parents.ts";
import { type ReachedBranch, reachBranch } from "../cycle/branch/reach-branch.ts";
import type { PassedLogins } from "../pass-logins.ts";
import { readyAhead } from "./ready-ahead.ts";
import { renewExpiring } from "./renew.ts";

interface BranchesOptions {
  /** In the order in which they run. */
  experiments: readonly string[];
  find: (slug: string) => Promise<Experiment>;
  readParent: ReadParent;
  concurrency: number;
  /** Resolves once a command has started: until then, those further back would only be in the way. */
  underWay: Promise<void>;
  /** Whether nothing may be done while an experiment runs, because it would disturb what is measured. */
  isAlone: boolean;
  ttl: string;
  /** How long the run may take. */
  minutes: number;
  passed: PassedLogins;
  signal: AbortSignal;
}

/** The branches of a run's experiments. */
export interface RunBranches {
  /**
   * Called when an experiment's turn has come.
   * @param onWait receives its waits from then on
   * @param letOthersStart says when the branches of those further back may be reached
   */
  reach: (slug: string, onWait: OnWait, letOthersStart: () => Promise<void>) => Promise<ReachedBranch>;
  /** Extends branches that would expire, if that has not begun yet. Resolves once it is done, or cannot be. */
  renew: () => Promise<void>;
}

/** Starts to reach the branches of a run's first experiments. The project's branches are listed once, when needed. */
export function openBranches(
  lakebase: Lakebase,
  {
    experiments,
    find,
    readParent,
    concurrency,
    underWay,
    isAlone,
    ttl,
    minutes,
    passed,
    signal,
  }: BranchesOptions,
): RunBranches {
  let listed: Promise<readonly Branch[]> | undefined;
  let renewed: Promise<void> | undefined;
  const list = () => {
    listed ??= experiments.length === 0 ? Promise.resolve([]) : tryToList(withPriority(lakebase, 1), signal);
    renewed ??= renew(listed);
    return listed;
  };
  const renew = async (branches: Promise<readonly Branch[]>) => {
    const found = await Promise.all(experiments.map((slug) => find(slug).catch(ignoreCoreError)));
    const known = found.filter((experiment) => experiment !== undefined);
    await renewExpiring(lakebase, known, { listed: branches, ttl, minutes, signal });
  };
  const turns = new Map(experiments.map((slug, index) => [slug, index]));
  const waiting = new Map<string, OnWait>();
  const ready = async (slug: string, mayWake: Promise<void>): Promise<ReachedBranch> => {
    const onWait: OnWait = (what) => waiting.get(slug)?.(what);
    // The next in line waits for no call of a later one.
    const inLine = withPriority(lakebase, -(turns.get(slug) ?? 0));
    const experiment = await find(slug);
    if (!isAlone && (turns.get(slug) ?? 0) >= concurrency) {
      await underWay;
      askAhead(experiment).catch(() => {});
    }
    const reached = await reachBranch(inLine, experiment, { list, passed, mayWake, signal, onWait });
    const { parent_branch } = reached.branch;
    const confirmBranch = () => {
      void list();
      // Whoever needs the parent later learns whether that worked.
      if (parent_branch !== null && !isAlone) readParent(parent_branch).catch(() => {});
      return reached.confirmBranch();
    };
    if (isAlone) await Promise.all([confirmBranch(), renewed]);
    return { ...reached, confirmBranch };
  };
  // Later, these might disturb what is measured; and what runs elsewhere confirms nothing here.
  if (isAlone) void list();
  const takeReady = readyAhead(experiments, isAlone ? 0 : concurrency, ready);
  return {
    reach: (slug, onWait, letOthersStart) => {
      waiting.set(slug, onWait);
      return takeReady(slug, letOthersStart);
    },
    renew: async () => {
      await list();
      await renewed;
    },
  };
}

/** Lists the branches; if that fails, each branch is looked up individually. */
async function tryToList(lakebase: Lakebase, signal: AbortSignal): Promise<readonly Branch[]> {
  return (await listBranches(lakebase, { signal }).catch(ignoreCoreError)) ?? [];
}
