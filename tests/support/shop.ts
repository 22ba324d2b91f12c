import { mkdir, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import * as z from "zod";
import type { Closed } from "../../schemas/experiment/closed.ts";
import type { Leftover } from "../../schemas/leftover.ts";
import { archiveRecord, writeClosing } from "../../src/experiments/closed.ts";
import { getExperiment } from "../../src/experiments/experiments.ts";
import { listBranches } from "../../src/lakebase/branches/branches.ts";
import { createBranch } from "../../src/lakebase/branches/create-branch.ts";
import { type CleanUp, cleanUp } from "../../src/lifecycle/clean-up/clean-up.ts";
import { localLakebase } from "./lakebase.ts";
import { script } from "./plans.ts";
import { temporaryRepository } from "./repository.ts";
import { endWorkers } from "./runs.ts";
import { startServer, uniqueFeature } from "./server.ts";

/** A shop in a git repository with a server on it, with the user's own things in addition to those of experiments. */
export async function openShop(env: Record<string, string> = {}) {
  const shop = await temporaryRepository();
  await shop.commit("main", { "shop.txt": "one\n" });
  const workspace = shop.directory;
  const server = await startServer({ workspace, env });
  const feature_id = uniqueFeature();
  await server.writePlan(feature_id, { suites: { api: script("") } });
  onTestFinished(() => endWorkers(workspace));
  const lakebase = localLakebase();
  const signal = new AbortController().signal;
  const own = feature_id.toLowerCase();
  return {
    ...{ ...shop, workspace, server, feature_id, lakebase, own },
    create: async (...slugs: string[]) => {
      const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
      return server.call(z.looseObject({}), "create_experiments", { feature_id, experiments });
    },
    cleanUp: async (apply: boolean) =>
      selectOwn(await cleanUp({ workspace, lakebase, signal }, { apply }), own),
    /** Lists the project's branches that belong to this test, by name. */
    branches: async () => {
      const names = (await listBranches(lakebase)).map(({ branch }) => branch);
      return names.filter((name) => name.includes(own)).sort();
    },
    ref: (experiment_slug: string) => ({ workspace, feature_id, experiment_slug }),
    /** Makes a file look as if it had been written `hours` hours ago. */
    age: async (path: string, hours: number) => {
      const time = Date.now() / 1000 - hours * 3_600;
      await utimes(path, time, time);
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;

/** Other tests share the project and the machine's ports; their leftovers are not this test's. */
export function selectOwn(found: CleanUp, own: string): CleanUp {
  const isOurs = ({ kind, name }: Leftover) =>
    (kind !== "branch" || name.includes(own)) && !(kind === "files" && name.endsWith("leases"));
  const [removed, removable, left] = [found.removed, found.removable, found.left].map((each) =>
    each.filter(isOurs),
  );
  return { ...found, removed: removed ?? [], removable: removable ?? [], left: left ?? [] };
}

/** What a user has in addition to the experiments, some of it with similar names. */
export async function addUserThings({ git, directory, lakebase, own, feature_id }: Shop) {
  await git("branch", "topic");
  await git("branch", `experiment/${feature_id}/mine`);
  await git("worktree", "add", "--quiet", `${directory}-mine`, "topic");
  await git(
    "worktree",
    "add",
    "--quiet",
    "--detach",
    `${directory}.worktrees/${feature_id}/looking+0123abcd`,
  );
  await writeFile(join(`${directory}-mine`, "draft.txt"), "not committed\n");
  await createBranch(lakebase, { branch: `${own}-mine`, expiry: { no_expiry: true } });
  await createBranch(lakebase, { branch: `${own}--mine`, expiry: { ttl: "3600s" } });
  const look = async () => ({
    branches: (await listBranches(lakebase))
      .filter(({ branch }) => branch.startsWith(own) && branch.endsWith("-mine"))
      .map(({ branch, uid }) => [branch, uid]),
    git: await git(
      "for-each-ref",
      "--format=%(refname) %(objectname)",
      "refs/heads/topic",
      "refs/heads/main",
      `refs/heads/experiment/${feature_id}/mine`,
    ),
    worktrees: (await git("worktree", "list")).split("\n").filter((line) => /-mine|looking|shop /.test(line)),
    draft: await git("-C", `${directory}-mine`, "status", "--porcelain"),
  });
  return { before: await look(), look };
}

/**
 * Starts closing an experiment by its record only, as if its branch and its worktree had been removed.
 * @returns a function that archives the record
 */
export async function closeRecord({ ref }: Shop, slug: string, more: Partial<Closed> = {}) {
  const { workspace: _, branch, branch_uid = null, ...names } = await getExperiment(ref(slug));
  const closed: Closed = {
    ...{
      ...names,
      status: "abandoned",
      reason: "too slow",
      closed_at: "2026-01-01T00:00:00Z",
      verdict_by: "caller",
    },
    ...{ recommendation: "continue", rationale: "r", compared: [], branch, branch_uid, database: "deleted" },
    ...{ git_branch: `experiment/${names.feature_id}/${slug}`, commit: null, worktree: "removed" },
    ...more,
  };
  await writeClosing(ref(slug), closed);
  return () => archiveRecord(ref(slug), closed);
}

/** Writes a file in a folder that may not exist yet. */
export async function put(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
