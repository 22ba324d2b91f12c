import { hostname } from "node:os";
import packageJson from "../../package.json" with { type: "json" };
import { type BundleTag, bundleFormat } from "../../schemas/bundle.ts";
import type { Evidence, ExperimentOutcomes, TagEvidence } from "../../schemas/experiment/outcomes.ts";
import type { Run, RunResult } from "../../schemas/run.ts";
import { fingerprintSuite } from "../experiments/code/fingerprint.ts";
import type { RunRequest } from "../runs/journal/journal.ts";
import { ownValue } from "../utils/own-value.ts";
import { maskLogins } from "../utils/text/mask-logins.ts";

/** Describes the run itself, for a manifest. */
export function describeRun(run: Run, { tags, repeat }: RunRequest) {
  const { feature_id, run_id, cycle_id, created_at, total_duration_ms, results } = run;
  const [{ experiment_slug, duration_ms = total_duration_ms } = { experiment_slug: "" }] = results;
  return {
    format: bundleFormat,
    tool_version: packageJson.version,
    machine: nameMachine(),
    feature_id,
    experiment_slug,
    run_id,
    cycle_id,
    started_at: created_at,
    ended_at: new Date(Date.parse(created_at) + total_duration_ms).toISOString(),
    duration_ms,
    tags,
    repeat,
  } as const;
}

function nameMachine(): string {
  return hostname().replace(/[^\w.-]/g, "-") || "unknown";
}

/** Describes what the run found, and on which code and branch. Its texts may quote what a command printed. */
export function describeMeasured(
  { plan, tags }: RunRequest,
  { by_tag = {} }: ExperimentOutcomes,
  { run_id, branch, branch_uid = null, commit, dirty, by_tag: evidence, setup_failed }: Evidence,
  { failed_first = {} }: Pick<RunResult, "failed_first">,
) {
  const isOwn = ({ source }: TagEvidence) => source === undefined || source.run_id === run_id;
  const found = tags.flatMap((tag): [string, BundleTag][] => {
    const [own, suite] = [ownValue(evidence, tag), plan.suites[tag]];
    if (own === undefined || suite === undefined || !isOwn(own)) return [];
    const { source, reason, code, ...measured } = own;
    const outcome = own.state === "evidence" ? ownValue(by_tag, tag) : undefined;
    const first = ownValue(failed_first, tag);
    return [
      [
        tag,
        {
          ...measured,
          ...(reason !== undefined && { reason: shorten(reason) }),
          ...(code !== undefined && { code }),
          ...(outcome !== undefined && { outcome }),
          ...(first !== undefined && { failed_first: shorten(first) }),
          suite: fingerprintSuite(plan, suite),
        },
      ],
    ];
  });
  return {
    ...{ branch, branch_uid, commit, dirty },
    by_tag: Object.fromEntries(found),
    ...(setup_failed !== undefined && {
      setup_failed: { ...setup_failed, reason: shorten(setup_failed.reason) },
    }),
  };
}

const longestText = 4_000;

function shorten(text: string): string {
  return maskLogins(text).slice(0, longestText);
}
