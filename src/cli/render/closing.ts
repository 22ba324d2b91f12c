import type { ClosingAnswer, ClosingRow } from "../../../schemas/experiment/closing-answer.ts";
import { onOneLine } from "../../utils/text/printable.ts";
import { renderLabelled } from "./wrap.ts";

/** The column in which texts begin. */
const column = 13;

/** Renders what closing would do, or did, line by line. */
export function renderClosing({ experiments, others, decisions }: ClosingAnswer): string[] {
  const areClosed = experiments.every(({ state }) => state === "closed");
  return [
    ...experiments.flatMap(renderRow),
    ...(others.length === 0 ? [] : line("open", `${others.join(", ")} stay open`)),
    ...(decisions === undefined || !areClosed
      ? []
      : [
          ...line("decision", decisions),
          ...line("next", "commit .tdd, which holds the records and the decision"),
        ]),
  ];
}

function renderRow({ experiment_slug, state, status, goes, stays, left, objections }: ClosingRow): string[] {
  const isClosed = state === "closed";
  return [
    `${experiment_slug}: ${isClosed ? `closed, ${status}` : `would be closed as ${status}`}`,
    ...goes.flatMap((text) => line(isClosed ? "gone" : "goes", text)),
    ...stays.flatMap((text) => line("stays", text)),
    ...left.flatMap((text) => line("left", text)),
    ...objections.flatMap(({ code, message, hint }) => line("in the way", `${code}: ${message} ${hint}`)),
  ];
}

function line(label: string, text: string): string[] {
  return renderLabelled(`  ${label}`, onOneLine(text), column);
}
