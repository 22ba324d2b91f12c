import { describe, expect, it } from "vitest";
import { planSchema } from "../../../schemas/plan/plan.ts";
import type { Run } from "../../../schemas/run.ts";
import { asBranchName } from "../../../src/lakebase/branches/branch-id.ts";
import { createInitialResult, findResumable } from "../../../src/runs/caller/resumable.ts";
import { createJournal, type RunRequest } from "../../../src/runs/journal/journal.ts";
import { makeRequest, makeResult, makeRun } from "../../support/journal.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { script } from "../../support/plans.ts";

const interrupted = makeRun({ state: "interrupted", results: [makeResult("exp-a"), makeResult("exp-b")] });
const asked = makeRequest({ branch_uids: { "exp-a": "br-1", "exp-b": null } });

/** Asks to run experiments after a run. @returns the id of the run that is resumed */
async function resume({
  last = {},
  before = {},
  now = {},
  slugs = ["exp-a", "exp-b"],
  cycle,
}: {
  last?: Partial<Run>;
  before?: Partial<RunRequest>;
  now?: Partial<RunRequest>;
  slugs?: string[];
  cycle?: string;
}) {
  const workspace = await temporaryFolder();
  const run = { ...interrupted, ...last };
  await createJournal(workspace, run, { ...asked, ...before });
  const experiments = slugs.map((experiment_slug) => ({
    ...{ workspace, feature_id: "F1", experiment_slug, branch: asBranchName(experiment_slug) },
  }));
  return (await findResumable(workspace, [run], experiments, { ...asked, ...now }, cycle))?.run_id;
}

const { plan } = asked;
const withApi = (source: string) => planSchema.parse({ suites: { ...plan.suites, api: script(source) } });

describe("an interrupted run is resumed", () => {
  it.each<[string, Parameters<typeof resume>[0]]>([
    ["by the same request", {}],
    ["by one for its cycle", { cycle: "C1" }],
    ["by one for some of its experiments", { slugs: ["exp-b"] }],
    ["by one for some of its tags", { now: { tags: ["e2e"] } }],
    ["with other settings that measure nothing else", { now: { plan: { ...plan, ttl: "1s" } } }],
    ["if no uid was recorded", { before: { branch_uids: undefined } }],
  ])("%s", async (_what, input) => {
    expect(await resume(input)).toBe(interrupted.run_id);
  });
});

describe("a new cycle begins", () => {
  it.each<[string, Parameters<typeof resume>[0]]>([
    ["if the last run finished", { last: { state: "finished" } }],
    ["if the last run was cancelled", { last: { state: "cancelled" } }],
    ["if the last one promoted", { last: { kind: "promotion" } }],
    ["if another cycle is asked for", { cycle: "C2" }],
    ["for an experiment more", { slugs: ["exp-a", "exp-b", "exp-c"] }],
    ["for a tag more", { before: { tags: ["api"] } }],
    ["for another number of repeats", { now: { repeat: 2 } }],
    ["for a quiet run", { now: { quiet: true } }],
    ["for a run of what failed", { now: { failed_tags: { "exp-a": ["api"] } } }],
    ["after a run of what failed", { before: { failed_tags: { "exp-a": ["api"] } } }],
    ["on a branch that was forked again", { now: { branch_uids: { "exp-a": "br-2", "exp-b": null } } }],
    ["with another command", { now: { plan: withApi("process.exit(1)") } }],
    ["with another setup", { now: { plan: { ...plan, setup: [{ command: ["true"] }] } } }],
    ["with another variable", { now: { plan: { ...plan, env: { A: "1" } } } }],
    ["with ports", { now: { plan: { ...plan, ports: 1 } } }],
  ])("%s", async (_what, input) => {
    expect(await resume(input)).toBeUndefined();
  });

  it("if there is no run, or none of these experiments", async () => {
    expect(await resume({ slugs: ["exp-c"] })).toBeUndefined();
    expect(await findResumable("/shop", [], [], asked, undefined)).toBeUndefined();
  });
});

it("keeps what the resumed run finished, skips what is capped, and queues the rest", () => {
  const by_tag = { api: { passed: 1, failed: 0 } };
  const results = [
    makeResult("done", { status: "succeeded", by_tag }),
    makeResult("lost", { status: "failed", by_tag }),
    makeResult("stopped", { status: "stopped", by_tag }),
    makeResult("ill", { status: "not_measured" }),
  ];
  const capped = new Map(
    ["done", "stopped"].map((slug) => [slug, makeResult(slug, { status: "not_measured" })]),
  );
  const initial = (slug: string, resumed?: Run) => createInitialResult(slug, resumed, capped);
  const resumed = makeRun({ results });
  expect(["done", "lost", "stopped", "ill", "new"].map((slug) => initial(slug, resumed))).toEqual([
    ...results.slice(0, 2),
    makeResult("stopped", { status: "not_measured" }),
    makeResult("ill"),
    makeResult("new"),
  ]);
  expect(initial("lost")).toEqual(makeResult("lost"));
});
