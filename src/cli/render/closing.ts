import type { ClosingAnswer, ClosingRow } from "../../../schemas/closing-answer.ts";
import { onOneLine } from "../../utils/text/printable.ts";

/** What closing would do, or did, line by line. */
export function renderClosing({ experiments, others, decisions }: ClosingAnswer): string[] {
  const areClosed = experiments.every(({ state }) => state === "closed");
  return [
    ...experiments.flatMap(renderRow),
    ...(others.length === 0 ? [] : [line("open", `${others.join(", ")} stay open`)]),
    ...(decisions === undefined || !areClosed ? [] : [line("decision", decisions)]),
  ];
}

function renderRow({ experiment_slug, state, status, goes, stays, left, objections }: ClosingRow): string[] {
  const isClosed = state === "closed";
  return [
    `${experiment_slug}: ${isClosed ? `closed, ${status}` : `would be closed as ${status}`}`,
    ...goes.map((text) => line(isClosed ? "gone" : "goes", text)),
    ...stays.map((text) => line("stays", text)),
    ...left.map((text) => line("left", text)),
    ...objections.map(({ code, message, hint }) => line("in the way", `${code}: ${message} ${hint}`)),
  ];
}

function line(label: string, text: string): string {
  return `  ${label.padEnd(10)} ${onOneLine(text)}`;
}
