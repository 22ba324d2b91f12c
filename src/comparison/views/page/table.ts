import { type Content, html, type Markup } from "./markup.ts";

/** A column and its title; `isNumber` also applies to values that are read like numbers. */
export interface Column {
  title: string;
  isNumber?: boolean;
}

/** A line of a table: its header, then a cell for each further column. */
export interface Line {
  head: Content;
  cells: Cell[];
}

export interface Cell {
  content: Content;
  look?: string;
}

/**
 * Renders a table that scrolls on its own if it is too large, also by keyboard, with its headers in view. Each cell
 * knows the title of its column, because on a narrow screen lines are cards.
 * @param look `cards` to show lines as cards on every screen, `dense` for upright headers
 */
export function table(caption: string, first: string, columns: Column[], lines: Line[], look = ""): Markup {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="${look}">
<caption><span>${caption}</span></caption>
<thead><tr><th scope="col"><span>${first}</span></th>${columns.map(columnHead)}</tr></thead>
<tbody>
${lines.map((line) => html`<tr><th scope="row"><div>${line.head}</div></th>${columns.map((column, index) => cell(column, line.cells[index]))}</tr>\n`)}</tbody>
</table></div>`;
}

function columnHead({ title, isNumber }: Column): Markup {
  return html`<th scope="col" class="${isNumber === true && "number"}"><span>${title}</span></th>`;
}

function cell({ title, isNumber }: Column, { content, look = "" }: Cell = { content: "" }): Markup {
  return html`<td class="${isNumber === true && "number "}${look}" data-title="${title}"><div>${content}</div></td>`;
}

/** Shows symbols on the screen and reads words to a screen reader. */
export function spoken(signs: string, words: string): Markup {
  return html`<span aria-hidden="true">${signs}</span><span class="spoken">${words}</span>`;
}
