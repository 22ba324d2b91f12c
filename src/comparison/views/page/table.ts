import { type Content, html, type Markup } from "./markup.ts";

/** A table that scrolls by itself where it is too large, by keyboard too; its heads stay in sight. */
export function table(caption: string, header: Markup[], lines: Markup[][], look = ""): Markup {
  return html`<div class="scroll ${look}" tabindex="0" role="region" aria-label="${caption}"><table>
<caption><span>${caption}</span></caption>
<thead><tr>${header}</tr></thead>
<tbody>
${lines.map((cells) => html`<tr>${cells}</tr>\n`)}</tbody>
</table></div>`;
}

export function head(title: string): Markup {
  return html`<th scope="col"><span>${title}</span></th>`;
}

/** The head of a column of numbers. */
export function numberHead(title: string): Markup {
  return html`<th scope="col" class="number"><span>${title}</span></th>`;
}

export function rowHead(content: Content): Markup {
  return html`<th scope="row"><div>${content}</div></th>`;
}

/** Text, which wraps. */
export function cell(content: Content, look = ""): Markup {
  return html`<td class="${look}"><div>${content}</div></td>`;
}

/** A number or what is read like one, which does not. */
export function numberCell(content: Content, look = ""): Markup {
  return html`<td class="number ${look}">${content}</td>`;
}

/** Signs for the eye, words for a screen reader. */
export function spoken(signs: string, words: string): Markup {
  return html`<span aria-hidden="true">${signs}</span><span class="spoken">${words}</span>`;
}
