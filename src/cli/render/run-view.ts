import type { Run } from "../../../schemas/run.ts";
import { describeResult, describeRun, summarizeRun } from "./run.ts";

/** Shows a run as it proceeds. */
export interface RunView {
  show: (run: Run) => void;
  /** Shows the outcome of the run. */
  end: (run: Run) => void;
}

interface Output {
  write: (text: string) => unknown;
  columns?: number;
  rows?: number;
}

/** Opens a view for a terminal: a table that is redrawn in place. */
export function openTable(output: Output): RunView {
  let drawn = 0;
  const draw = (lines: string[]) => {
    const up = drawn === 0 ? "" : `\x1b[${drawn}A\x1b[J`;
    output.write(`${up}${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  // A line that wraps would take two rows, one of which would be left behind.
  const fit = (line: string) => line.slice(0, Math.max(20, (output.columns || 80) - 1));
  return {
    show: (run) => draw(fitRows(run, output.rows || Number.POSITIVE_INFINITY).map(fit)),
    end: (run) => draw(summarizeRun(run)),
  };
}

/** Describes a run on one screen, of which the cursor cannot go up further than the top: running experiments first. */
function fitRows(run: Run, rows: number): string[] {
  const room = Math.max(rows - 1, 3);
  if (run.results.length < room) return describeRun(run);
  const running = run.results.filter(({ status }) => status === "running");
  const others = run.results.filter(({ status }) => status !== "running");
  const lines = describeRun({ ...run, results: [...running, ...others] });
  return [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more`];
}

/** Opens a view for a file or a pipe: one line for each change. */
export function openLines(output: Output): RunView {
  const printed = new Map<string, string>();
  const printChange = (key: string, line: string) => {
    if (printed.get(key) === line) return;
    printed.set(key, line);
    output.write(`${line}\n`);
  };
  const show = (run: Run) => {
    printChange("run", `${run.run_id} ${run.feature_id} ${run.cycle_id}`);
    for (const result of run.results) printChange(result.experiment_slug, describeResult(result));
  };
  return {
    show,
    end: (run) => {
      show(run);
      output.write(`${summarizeRun(run).join("\n")}\n`);
    },
  };
}
