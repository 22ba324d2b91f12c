import type { Run } from "../../../schemas/run.ts";
import { describeResult, describeRun, summarizeRun } from "./run.ts";

/** Where a run is shown. */
export interface RunView {
  show: (run: Run) => void;
  /** Shows what the run came to. */
  end: (run: Run) => void;
}

interface Output {
  write: (text: string) => unknown;
  columns?: number;
}

/** For a terminal: a table that is drawn over itself. */
export function openTable(output: Output): RunView {
  let drawn = 0;
  const draw = (lines: string[]) => {
    const up = drawn === 0 ? "" : `\x1b[${drawn}A\x1b[J`;
    output.write(`${up}${lines.join("\n")}\n`);
    drawn = lines.length;
  };
  // A line that wraps would take two rows, and be left behind.
  const fit = (line: string) => line.slice(0, Math.max(20, (output.columns || 80) - 1));
  return {
    show: (run) => draw(describeRun(run).map(fit)),
    end: (run) => draw(summarizeRun(run)),
  };
}

/** For a file or a pipe: a line for each change. */
export function openLines(output: Output): RunView {
  const said = new Map<string, string>();
  const say = (key: string, line: string) => {
    if (said.get(key) === line) return;
    said.set(key, line);
    output.write(`${line}\n`);
  };
  const show = (run: Run) => {
    say("run", `${run.run_id} ${run.feature_id} ${run.cycle_id}`);
    for (const result of run.results) say(result.experiment_slug, describeResult(result));
  };
  return {
    show,
    end: (run) => {
      show(run);
      output.write(`${summarizeRun(run).join("\n")}\n`);
    },
  };
}
