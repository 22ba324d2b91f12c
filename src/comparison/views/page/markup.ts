import { printable } from "../../../utils/text/printable.ts";

/** Text that is already HTML. Only `html` makes it, so nothing else gets into a page unescaped. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Content = Markup | string | number | undefined | false | Content[];

/**
 * Makes a piece of HTML. Interpolated values are escaped, for text and for quoted attributes; only markup stays markup.
 * Control characters are made visible.
 */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(strings.map((text, index) => text + render(contents[index])).join(""));
}

function render(content: Content): string {
  if (content === undefined || content === false) return "";
  if (Array.isArray(content)) return content.map(render).join("");
  return content instanceof Markup ? String(content) : escapeText(String(content));
}

const references: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => references[sign] ?? sign);
}
