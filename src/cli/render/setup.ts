import type { Setup } from "../../setup/check-setup.ts";
import { renderLabelled } from "./wrap.ts";

/** Renders one line for each finding, with its remedy below. */
export function renderSetup({ findings }: Pick<Setup, "findings">): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const column = width + 11;
  const lines = findings.flatMap(({ name, state, detail, remedy }) => [
    ...renderLabelled(`${state.padEnd(7)}  ${name}`, detail.split("\n").join(" "), column),
    ...(remedy === undefined ? [] : renderLabelled(`${" ".repeat(column)}→`, remedy, column + 2)),
  ]);
  return lines.join("\n");
}
