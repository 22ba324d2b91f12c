import type { SchemaChange } from "../../../../schemas/comparison/schema-change.ts";
import type { SchemaComparison } from "../../../../schemas/comparison/schema-comparison.ts";
import { describeAspect, listCautions } from "../phrases.ts";
import { shareChanges } from "../schema-changes.ts";
import { inWords } from "../words.ts";
import { html, type Markup } from "./markup.ts";
import { cell, head, rowHead, table } from "./table.ts";

/** A definition longer than this is folded. */
const longText = 80;
const fewParts = 4;

/** Every change and who makes it, marked where others change the object differently or a large table feels it. */
export function schemaTable(schema: SchemaComparison): Markup {
  return table(
    "Against each parent branch",
    [head("Object"), head("Change"), head("What"), head("Experiments"), head("Careful")],
    shareChanges(schema).map((shared) => [
      rowHead([
        html`<bdi>${shared.change.object}</bdi>`,
        html`<small>${inWords(shared.change.kind)}</small>`,
      ]),
      cell(shared.change.change),
      cell(whatChanged(shared.change)),
      cell(shared.experiments.join(", ")),
      careful(listCautions(shared)),
    ]),
  );
}

function careful(marks: string[]): Markup {
  if (marks.length === 0) return cell("–");
  return cell(
    marks.map((mark) => html`<p><span aria-hidden="true">⚠ </span>${mark}</p>`),
    "warn",
  );
}

function whatChanged({ aspects, contains = [] }: SchemaChange): Markup[] {
  const lines = Object.entries(aspects).map(([name, sides]) => {
    const texts = [sides.from, sides.to].filter((side) => side !== null);
    const isLong = texts.some((side) => side.length > longText || side.includes("\n"));
    return isLong ? folded(inWords(name), texts) : html`<p><bdi>${describeAspect(name, sides)}</bdi></p>`;
  });
  if (contains.length === 0) return lines;
  const parts = contains.join(", ");
  const isLong = contains.length > fewParts;
  return [...lines, isLong ? folded(`with ${contains.length} parts`, [parts]) : html`<p>with ${parts}</p>`];
}

/** One text, or what it was and what it became. */
function folded(title: string, texts: string[]): Markup {
  const labels = texts.length === 2 ? ["from", "to"] : [];
  return html`<details><summary>${title}</summary>${texts.map(
    (text, index) => html`${labels[index] && html`<p>${labels[index]}</p>`}<pre dir="auto">${text}</pre>`,
  )}</details>`;
}
