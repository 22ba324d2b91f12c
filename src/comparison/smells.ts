import type { Plan } from "../../schemas/plan.ts";
import type { Smell } from "../../schemas/smell.ts";
import { experimentPaths, planPath } from "../experiments/layout.ts";
import { sortTags } from "./matrix.ts";
import { countedCycles, type ExperimentRecords } from "./records.ts";

/** What one cycle of one experiment counted for a tag. */
interface Observation {
  experiment_slug: string;
  passed: number;
  failed: number;
  record: string;
}

const maxRecords = 5;
/** A suite that stays green is normal for a while; so many observations in, it is worth a look. */
const greenForLong = 3;

/** What makes the verdict worth less. A smell warns, and never changes a verdict. */
export function findSmells(all: ExperimentRecords[], plan: Plan | undefined): Smell[] {
  const observed = observe(all);
  const tags = sortTags([...observed.keys()]);
  return [
    ...tags.flatMap((tag) => permanentlyRed(tag, observed.get(tag) ?? [])),
    ...(plan === undefined ? [] : neverReported(all, Object.keys(plan.suites), tags)),
    ...tags.flatMap((tag) => neverRed(tag, observed.get(tag) ?? [])),
    ...tags.flatMap((tag) => shrinking(tag, observed.get(tag) ?? [])),
    ...idle(all),
  ];
}

/** Every counted cycle, by tag; those of one experiment in their order. */
function observe(all: ExperimentRecords[]): Map<string, Observation[]> {
  const observed = new Map<string, Observation[]>();
  for (const records of all) {
    const { experiment } = records;
    const record = experimentPaths(experiment).timeline;
    for (const cycle of countedCycles(records)) {
      for (const [tag, counts] of Object.entries(cycle)) {
        const seen = observed.get(tag) ?? [];
        seen.push({ experiment_slug: experiment.experiment_slug, ...counts, record });
        observed.set(tag, seen);
      }
    }
  }
  return observed;
}

function permanentlyRed(tag: string, seen: Observation[]): Smell[] {
  if (seen.length < 2 || seen.some((each) => each.failed === 0)) return [];
  const message = `${tag} failed in all ${seen.length} cycles of all experiments: it may test what none of them is to build.`;
  return [smell(`${tag}-row-perma-red`, message, seen)];
}

function neverReported(all: ExperimentRecords[], planned: string[], counted: string[]): Smell[] {
  const reported = new Set([
    ...counted,
    ...all.flatMap(({ outcomes }) => Object.keys(outcomes?.by_tag ?? {})),
  ]);
  const missing = sortTags(planned.filter((tag) => !reported.has(tag)));
  const [first] = all.filter(({ outcomes }) => outcomes !== undefined && outcomes.status !== "running");
  if (first === undefined || missing.length === 0) return [];
  const { workspace, feature_id } = first.experiment;
  const message = `The plan has a suite for ${missing.join(", ")}, but no experiment reported it.`;
  return [{ kind: "tag-never-reported", message, records: [planPath(workspace, feature_id)] }];
}

function neverRed(tag: string, seen: Observation[]): Smell[] {
  const repeated = new Set(seen.map((each) => each.experiment_slug)).size < seen.length;
  if (!repeated || seen.length < greenForLong || seen.some((each) => each.failed > 0)) return [];
  const message = `${tag} never failed in ${seen.length} cycles: break the code once, to see that it can.`;
  return [smell("suite-never-red", message, seen)];
}

function shrinking(tag: string, seen: Observation[]): Smell[] {
  const shrunk = seen.flatMap((each, index) => {
    const before = seen[index - 1];
    if (before?.experiment_slug !== each.experiment_slug) return [];
    const [was, is] = [before.passed + before.failed, each.passed + each.failed];
    return is < was ? [{ ...each, was, is }] : [];
  });
  if (shrunk.length === 0) return [];
  const list = shrunk
    .slice(0, maxRecords)
    .map((each) => `${each.experiment_slug} from ${each.was} to ${each.is}`);
  const message = `${tag} counts fewer tests than a cycle before: ${list.join(", ")}. Were tests deleted or skipped?`;
  return [smell("counts-shrink", message, shrunk)];
}

function idle(all: ExperimentRecords[]): Smell[] {
  const waiting = all.filter(
    ({ outcomes, timeline, problem }) =>
      problem === undefined && outcomes === undefined && timeline.length === 0,
  );
  if (waiting.length === 0 || waiting.length === all.length) return [];
  const slugs = waiting.slice(0, maxRecords).map(({ experiment }) => experiment.experiment_slug);
  const message = `No cycle since the branch was cut: ${slugs.join(", ")}${waiting.length > maxRecords ? " and more" : ""}.`;
  return [
    smell(
      "no-cycle-since-cut",
      message,
      waiting.map(({ experiment }) => ({ record: experimentPaths(experiment).branch })),
    ),
  ];
}

function smell(kind: string, message: string, shownBy: { record: string }[]): Smell {
  const records = [...new Set(shownBy.map((each) => each.record))].slice(0, maxRecords);
  return { kind, message, records };
}
