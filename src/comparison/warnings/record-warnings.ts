import type { Warning, WarningKind } from "../../../schemas/comparison/warning.ts";
import { experimentPaths, type FeatureRef, planPath } from "../../experiments/layout.ts";
import { groupBy } from "../../utils/group-by.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import type { PlannedTags } from "../records/planned-tags.ts";
import type { JudgedExperiment } from "../records/rows.ts";
import { failsSetupEverywhere, isEliminated } from "../verdict/candidates.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** A file that could not be read, and that the comparison can do without. */
export interface BrokenFile {
  path: string;
  reason: string;
}

export function warnOfPlan(
  { workspace, feature_id }: FeatureRef,
  { problem }: PlannedTags,
  kind: NonNullable<PlannedTags["problem"]>["kind"],
): Warning[] {
  if (problem?.kind !== kind) return [];
  return [makeWarning(kind, problem.message, [planPath(workspace, feature_id)])];
}

/** Warns of files that could not be read, apart from those behind the rows. */
export function warnOfBroken(kind: WarningKind, broken: BrokenFile[]): Warning[] {
  const [first, ...others] = broken;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : `; and ${others.length} more`;
  const message = `Ignored because it cannot be read: ${first.reason}${more}.`;
  const paths = broken.map(({ path }) => path);
  return [makeWarning(kind, message, paths)];
}

/** Warns of evidence that other records contradict. Each names its file, since somebody has to look at it. */
export function warnOfContradicted(judged: JudgedExperiment[]): Warning[] {
  const found = judged.flatMap(({ row, contradiction }) =>
    contradiction === undefined || contradiction.isUnfinished
      ? []
      : [{ ...contradiction, slug: row.experiment_slug }],
  );
  const [first] = found;
  if (first === undefined) return [];
  const texts = found.map(({ slug, reason, path }) => `${slug}: ${reason} (${path})`);
  const message = `Not counted because other records disagree. ${nameSome(texts, maxShown)}. Run again to measure.`;
  const paths = found.map(({ path }) => path);
  return [makeWarning("evidence-contradicted", message, paths)];
}

/** Warns of counts that are shown but do not count. */
export function warnOfOutdated(judged: JudgedExperiment[]): Warning[] {
  const found = judged
    .filter(({ row }) => !isEliminated(row) && row.signal !== "running")
    .flatMap(({ records, outdated }) =>
      [...outdated].map(([tag, reason]) => ({ tag, reason, ref: records.experiment })),
    );
  if (found.length === 0) return [];
  const texts = [...groupBy(found, ({ tag, reason }) => `${tag} was ${reason}`)].map(
    ([text, alike]) =>
      `${nameSome(
        alike.map(({ ref }) => ref.experiment_slug),
        maxShown,
      )}: ${text}`,
  );
  const message = `Shown, but not counted. ${nameSome(texts, maxShown)}. Run again to measure.`;
  const records = found.map(({ ref }) => experimentPaths(ref).outcomes);
  return [makeWarning("counts-outdated", message, records)];
}

export function warnOfFlaky(judged: JudgedExperiment[]): Warning[] {
  const found = judged.filter(({ row }) => (row.flaky ?? 0) > 0 && !isEliminated(row));
  if (found.length === 0) return [];
  const texts = found.map(({ row: { experiment_slug, flaky, flaky_tests = [] } }) => {
    const tests = flaky_tests.map(
      ({ tag, name, passed, failed }) => `${tag} ${name} failed ${failed} of ${passed + failed}`,
    );
    return `${experiment_slug} (${tests.length > 0 ? nameSome(tests, 2) : `${flaky} ${flaky === 1 ? "test" : "tests"}`})`;
  });
  const message = `Passed and failed on the same code: ${nameSome(texts, maxShown)}. They count as neither.`;
  const records = found.map(({ records }) => experimentPaths(records.experiment).timeline);
  return [makeWarning("tests-flaky", message, records)];
}

export function warnOfSetupFailure(
  { workspace, feature_id }: FeatureRef,
  judged: JudgedExperiment[],
): Warning[] {
  const [first] = judged.filter(({ row }) => row.evidence?.setup_failed !== undefined);
  if (first === undefined || !failsSetupEverywhere(judged.map(({ row }) => row))) return [];
  const message = `The setup fails in every experiment, as in ${first.row.experiment_slug}: ${first.row.reason}`;
  return [makeWarning("setup-fails-everywhere", message, [planPath(workspace, feature_id)])];
}

/** Warns of suites that were seen connected to another Postgres, and not to their branch. */
export function warnOfPlainDatabases(judged: readonly JudgedExperiment[]): Warning[] {
  const found = judged.flatMap(({ records: { experiment }, row }) => {
    const tags = Object.entries(isEliminated(row) ? {} : (row.evidence?.by_tag ?? {}));
    const ports = tags.flatMap(([tag, { plain_database: port }]) =>
      port === undefined ? [] : [`${tag} (port ${port})`],
    );
    return ports.length === 0 ? [] : [{ experiment, ports }];
  });
  if (found.length === 0) return [];
  const texts = found.map(
    ({ experiment, ports }) => `${experiment.experiment_slug} by ${nameSome(ports, 2)}`,
  );
  const message = `Connected to a Postgres of the machine, and not to the experiment's branch as far as was seen: ${nameSome(texts, maxShown)}. If their tests are about data, have them use DATABASE_URL.`;
  const records = found.map(({ experiment }) => experimentPaths(experiment).outcomes);
  return [makeWarning("database-not-own", message, records)];
}
