import { type OutcomeInput, outcomeInputSchema } from "../../../schemas/experiment/reported.ts";
import { recordOutcomes } from "../../lifecycle/reported/record-outcomes.ts";
import { parseAs } from "../../utils/parse.ts";
import { asNumber } from "../as-number.ts";
import { openContext, type Shared } from "../command.ts";
import type { Flags } from "../options.ts";
import { print } from "../print.ts";

/**
 * `record FEATURE EXPERIMENT TAG`: records the outcome of a suite that ran elsewhere.
 * @throws CoreError whatever `recordOutcomes` throws
 */
export async function record(shared: Shared, names: string[], flags: Flags): Promise<void> {
  const { passed, failed, tag, experiment_slug, measured, is_planned, plan_path } = await recordOutcomes(
    openContext(shared),
    readInput(names, flags),
  );
  const kept =
    measured === null ? "nothing has been measured for it" : "the measured result is kept and decides";
  const how = is_planned ? "a run measures it" : `add a suite for ${tag} to ${plan_path} to measure it`;
  print(`${experiment_slug} ${tag} ${passed}/${failed}, reported: it decides nothing (${kept}; ${how})`);
}

/** @throws CoreError `invalid_input` */
function readInput(
  [feature_id, experiment_slug, tag]: string[],
  { passed, failed, report, format, commit }: Flags,
): OutcomeInput {
  const counts = { passed: asNumber(passed), failed: asNumber(failed) };
  const input = { feature_id, experiment_slug, tag, ...counts, report_path: report, format, commit };
  return parseAs(outcomeInputSchema, input, {
    code: "invalid_input",
    subject: "record",
    hint: "lakebase-experiments record FEATURE EXPERIMENT TAG, with --passed N --failed N or --report FILE.",
  });
}
