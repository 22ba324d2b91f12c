import type { TestDifference, TestDifferences } from "../../../schemas/comparison/test-difference.ts";
import type { CaseStatus, ReportCase } from "../../../schemas/plan/report.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import type { TagCases } from "../records/cases.ts";
import { sortTags } from "../records/matrix.ts";

/** A test across the experiments, with its worst result in each. */
export interface Test {
  name: string;
  file?: string | undefined;
  results: Map<string, { status: CaseStatus; failure: string; artifact: string }>;
}

const severity: Record<CaseStatus, number> = { skipped: 0, passed: 1, flaky: 2, failed: 3 };

/**
 * Finds the tests that distinguish the experiments, and those that fail in all of them. Tests are the same if tag, file
 * and name match; a folder named after the experiment counts as the same folder in each.
 */
export function findTestDifferences(cases: TagCases[]): TestDifferences {
  const found = sortTags([...new Set(cases.map((each) => each.tag))])
    .flatMap((tag) =>
      compareTests(
        tag,
        cases.filter((each) => each.tag === tag),
      ),
    )
    .filter((each) => each.failed_in.length + each.flaky_in.length > 0)
    .sort((a, b) => b.failed_in.length - a.failed_in.length);
  const failing = new Set(
    cases.filter(hasFailure).map(({ experiment_slug, tag }) => `${tag} ${experiment_slug}`),
  );
  // If several experiments fail a test, one that did not run it but failed elsewhere, maybe because its tests could not
  // be loaded, is no better.
  const isEverywhere = ({
    tag,
    failed_in,
    flaky_in,
    passed_in,
    not_run_in,
    not_listed_in = [],
  }: TestDifference) =>
    flaky_in.length + passed_in.length + not_listed_in.length === 0 &&
    (not_run_in.length === 0 ||
      (failed_in.length > 1 && not_run_in.every((slug) => failing.has(`${tag} ${slug}`))));
  return {
    apart: found.filter((each) => !isEverywhere(each)),
    failing_everywhere: found.filter(isEverywhere),
  };
}

function hasFailure({ cases }: TagCases): boolean {
  return cases.some(({ status }) => status === "failed");
}

function compareTests(tag: string, reports: TagCases[]): TestDifference[] {
  const ran = [...new Set(listSlugs(reports))].sort();
  const incomplete = new Set(listSlugs(reports.filter((each) => each.isIncomplete)));
  return collectTests(reports)
    .map((test) => describeDifference(tag, test, ran, incomplete))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Merges the reports of one tag into a list of tests. */
export function collectTests(reports: TagCases[]): Test[] {
  const tests = new Map<string, Test>();
  const owners = findOwners(reports);
  for (const { experiment_slug, artifact, cases } of reports) {
    for (const each of cases) {
      const own = each.file && withoutSlug(each.file, experiment_slug);
      const file = own && (owners.get(own)?.size ?? 0) > 1 ? own : each.file;
      const key = `${file ?? ""}\0${each.name}`;
      const test = tests.get(key) ?? { name: each.name, file, results: new Map() };
      tests.set(key, test);
      keepWorst(test, experiment_slug, each, artifact);
    }
  }
  return [...tests.values()];
}

/** Maps each file, with the slug replaced, to the experiments that have it in a folder named after them. */
function findOwners(reports: TagCases[]): Map<string, Set<string>> {
  const owners = new Map<string, Set<string>>();
  for (const { experiment_slug, cases } of reports) {
    for (const { file = "" } of cases) {
      const own = withoutSlug(file, experiment_slug);
      if (own !== file) owners.set(own, (owners.get(own) ?? new Set()).add(experiment_slug));
    }
  }
  return owners;
}

/** `designs/exp-pg/e2e/rush.test.ts` of exp-pg is `designs/{experiment_slug}/e2e/rush.test.ts`. */
function withoutSlug(file: string, slug: string): string {
  const parts = file.split("/");
  return parts.map((part) => (part === slug ? "{experiment_slug}" : part)).join("/");
}

function keepWorst(test: Test, slug: string, { status, failure = "" }: ReportCase, artifact: string): void {
  const known = test.results.get(slug);
  if (known === undefined || severity[status] > severity[known.status]) {
    test.results.set(slug, { status, failure, artifact });
  }
}

function describeDifference(
  tag: string,
  { name, file, results }: Test,
  ran: string[],
  incomplete: ReadonlySet<string>,
): TestDifference {
  const having = (...statuses: (CaseStatus | undefined)[]) =>
    ran.filter((slug) => statuses.includes(results.get(slug)?.status));
  const absent = having(undefined);
  const not_listed_in = absent.filter((slug) => incomplete.has(slug));
  return {
    tag,
    name,
    ...(file !== undefined && { file }),
    failed_in: having("failed"),
    flaky_in: having("flaky"),
    passed_in: having("passed"),
    not_run_in: having("skipped", undefined).filter((slug) => !not_listed_in.includes(slug)),
    ...(not_listed_in.length > 0 && { not_listed_in }),
    failures: having("failed", "flaky").map((experiment_slug) => {
      const { failure = "", artifact = "" } = results.get(experiment_slug) ?? {};
      return { experiment_slug, failure, artifact };
    }),
  };
}
