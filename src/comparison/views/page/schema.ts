import type { SchemaChange } from "../../../../schemas/comparison/schema-change.ts";
import type { SchemaComparison } from "../../../../schemas/comparison/schema-comparison.ts";
import { groupBy } from "../../../utils/group-by.ts";
import { spellOut } from "../format.ts";
import { listCautions } from "../phrases.ts";
import { type SharedChange, shareChanges } from "../schema-changes.ts";
import { type Content, html, type Markup } from "./markup.ts";

type Aspect = [name: string, sides: SchemaChange["aspects"][string]];

/** Definitions longer than this are collapsed. */
const longText = 80;
const fewParts = 12;

/**
 * Lists, by object, what changes and which experiments change it, with a mark for collisions and effects on large
 * tables.
 */
export function schemaList(schema: SchemaComparison): Markup {
  const objects = groupBy(shareChanges(schema), ({ change: { kind, object } }) => `${kind} ${object}`);
  const items = [...objects.values()].map((changes) => {
    const [{ change } = { change: undefined }] = changes;
    return (
      change !== undefined &&
      html`<li><h3 class="mono"><bdi>${change.object}</bdi> <small>${spellOut(change.kind)}</small></h3>${changes.map(changeItem)}</li>\n`
    );
  });
  return html`<ul class="objects">\n${items}</ul>`;
}

function changeItem(shared: SharedChange): Markup {
  const { change, experiments } = shared;
  return html`<div class="${change.change}"><p><strong>${change.change}</strong> by ${experiments.join(", ")}</p>${renderAspects(change)}${listCautions(
    shared,
  ).map((mark) => html`<p class="warn"><span aria-hidden="true">⚠ </span>${mark}</p>`)}</div>`;
}

/**
 * Shows short values side by side, long ones collapsed, then the parts of an object that was added or removed as a
 * whole.
 */
function renderAspects({ aspects, contains = [] }: SchemaChange): Content {
  const all = Object.entries(aspects);
  const [long, short] = [all.filter(isLong), all.filter((each) => !isLong(each))];
  const parts = html`<ul>${contains.map((part) => html`<li><bdi class="mono">${part}</bdi></li>`)}</ul>`;
  return [
    short.length > 0 && html`<div class="aspects">${short.map(shortAspect)}</div>`,
    long.map(([name, { from, to }]) => renderCollapsed(spellOut(name), from, to)),
    contains.length > fewParts
      ? html`<details><summary>with ${contains.length} parts</summary>${parts}</details>`
      : contains.length > 0 && parts,
  ];
}

function isLong([, { from, to }]: Aspect): boolean {
  return [from, to].some((side) => side !== null && (side.length > longText || side.includes("\n")));
}

function shortAspect([name, { from, to }]: Aspect): Markup {
  const [was, is] = [
    from !== null && html`<del><bdi>${from}</bdi></del>`,
    to !== null && html`<ins><bdi>${to}</bdi></ins>`,
  ];
  return html`<p>${spellOut(name)}: ${was}${was && is && " → "}${is}</p>`;
}

/** Shows one text, or the texts before and after. */
function renderCollapsed(title: string, from: string | null, to: string | null): Markup {
  const sides = [from, to].filter((side) => side !== null);
  const labels = sides.length === 2 ? ["from", "to"] : [];
  return html`<details><summary>${title}</summary>${sides.map(
    (text, index) => html`${labels[index] && html`<p>${labels[index]}</p>`}<pre dir="auto">${text}</pre>`,
  )}</details>`;
}
