import type { NextMove } from "../../lifecycle/status/next-move.ts";
import { readFeature } from "../../lifecycle/status/read-feature.ts";
import { checkFeature, openStatus } from "../../lifecycle/status/read-status.ts";
import { nameSome } from "../../utils/text/name-some.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { openContext, type Shared } from "../command.ts";
import { describeNextCommand } from "../next-command.ts";
import { print } from "../print.ts";
import { renderFeature } from "../render/status.ts";

const maxNamed = 10;

/** `status [FEATURE]`: shows the state of features, and what to do next. @throws CoreError `unknown_feature` */
export async function status(shared: Shared, [feature]: string[]): Promise<void> {
  const source = await openStatus(openContext(shared));
  if (feature !== undefined) checkFeature(source, feature);
  const lines = source.trouble === undefined ? [] : [source.trouble];
  for (const name of feature === undefined ? source.features : [feature]) {
    const state = await readFeature(source, name);
    lines.push(...renderFeature(state.status, state.summaries), `  next: ${describe(state.next, name)}`);
  }
  print(...(lines.length === 0 ? ["There are no features yet."] : lines));
}

function describe(next: NextMove, feature: string): string {
  switch (next.move) {
    case "plan":
      return `lakebase-experiments init ${feature}`;
    case "correct_plan":
      return `correct the plan: ${onOneLine(next.message)}`;
    case "create":
      return `lakebase-experiments create ${feature} EXPERIMENT…`;
    case "wait":
      return `lakebase-experiments wait ${next.run_id}`;
    case "promote":
      return `lakebase-experiments promote ${feature} ${next.experiment_slug}`;
    case "close":
      return `lakebase-experiments close ${feature} ${nameSome(next.experiment_slugs, maxNamed)}`;
    case "compare":
      return describeNextCommand(next.action, feature);
    case "rest":
      return "nothing: all its experiments are closed.";
  }
}
