import type { Warning } from "../../../schemas/comparison/warning.ts";
import { experimentPaths, type FeatureRef } from "../../experiments/layout.ts";
import { listSlugs } from "../../experiments/list-slugs.ts";
import { groupBy } from "../../utils/group-by.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { collectTests } from "../details/test-differences.ts";
import type { TagCases } from "../records/cases.ts";
import { makeWarning, maxShown } from "./warning.ts";

/** A test that some experiments ran and others did not, although they ran its tag. */
export interface DifferingTest {
  tag: string;
  name: string;
  ran_in: string[];
  not_in: string[];
}

/** Finds tests that not all experiments ran, because a missing test cannot fail. Incomplete lists are ignored. */
export function findDifferingTests(cases: TagCases[]): DifferingTest[] {
  const whole = cases.filter(({ isIncomplete }) => !isIncomplete);
  return [...groupBy(whole, ({ tag }) => tag)].flatMap(([tag, reports]) => {
    const all = [...new Set(listSlugs(reports))];
    return collectTests(reports).flatMap(({ name, results }) => {
      const ran_in = all.filter((slug) => (results.get(slug)?.status ?? "skipped") !== "skipped");
      const not_in = all.filter((slug) => !ran_in.includes(slug));
      return ran_in.length > 0 && not_in.length > 0 ? [{ tag, name, ran_in, not_in }] : [];
    });
  });
}

export function warnOfDifferingTests(feature: FeatureRef, tests: DifferingTest[]): Warning[] {
  if (tests.length === 0) return [];
  const groups = groupBy(tests, ({ tag, not_in }) => JSON.stringify([tag, not_in]));
  const texts = [...groups.values()].map((alike) => {
    const [first] = alike;
    const names = alike.map(({ name }) => `"${name}"`);
    return `${nameSome(first?.not_in ?? [], maxShown)} did not run ${nameSome(names, 2)} of ${first?.tag}`;
  });
  const records = tests
    .flatMap(({ not_in }) => not_in)
    .map((experiment_slug) => experimentPaths({ ...feature, experiment_slug }).artifacts);
  const message = `Not all experiments ran the same tests: ${nameSome(texts, maxShown, "; ")}.`;
  return [makeWarning("tests-differ", message, records)];
}
