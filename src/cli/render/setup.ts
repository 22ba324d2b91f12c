import type { Setup } from "../../setup/check-setup.ts";
import { renderLabelled } from "./wrap.ts";

/** One line for each finding, its remedy below it. */
export function renderSetup({ findings }: Setup): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const column = width + 11;
  const lines = findings.flatMap(({ name, state, detail, remedy }) => [
    ...renderLabelled(`${state.padEnd(7)}  ${name}`, detail.split("\n").join(" "), column),
    ...(remedy === undefined ? [] : renderLabelled(`${" ".repeat(column)}→`, remedy, column + 2)),
  ]);
  return lines.join("\n");
}
