import { casesFileSchema, type ReportCase } from "../../../schemas/report.ts";
import { artifactPath, casesName } from "../../experiments/layout.ts";
import { readRecord } from "../../utils/json.ts";
import { ifWhole, type OnBroken } from "./if-whole.ts";
import type { ExperimentRecords } from "./records.ts";

/** The cases of one tag in one experiment's current cycle. */
export interface TagCases {
  experiment_slug: string;
  tag: string;
  cases: ReportCase[];
  /** Absolute path of the artifact that tells most of them. */
  artifact: string;
}

/** What the current cycle's reports said, tag by tag. The row has the counts of a broken file. */
export async function readCases(
  { experiment, current }: ExperimentRecords,
  onBroken: OnBroken,
): Promise<TagCases[]> {
  if (current === undefined) return [];
  const files = current.artifacts.filter((name) => !name.includes("/") && name.endsWith(casesName("")));
  const read = files.map(async (name) => {
    const pathOf = (artifact: string) => artifactPath(experiment, current.cycle_id, artifact);
    const file = await ifWhole(pathOf(name), (path) => readRecord(path, casesFileSchema), onBroken);
    if (file === undefined) return [];
    const { tag, cases, details = name } = file;
    const artifact = pathOf(current.artifacts.includes(details) ? details : name);
    return [{ experiment_slug: experiment.experiment_slug, tag, cases, artifact }];
  });
  return (await Promise.all(read)).flat();
}
