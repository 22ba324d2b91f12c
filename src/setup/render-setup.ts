import type { Setup } from "./check-setup.ts";

/** One line for each finding, its remedy below it. */
export function renderSetup({ findings }: Setup): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = findings.flatMap(({ name, state, detail, remedy }) => [
    `${state.padEnd(7)}  ${name.padEnd(width)}  ${detail.split("\n").join(" ")}`,
    ...(remedy === undefined ? [] : [`${" ".repeat(width + 11)}→ ${remedy}`]),
  ]);
  return lines.join("\n");
}
