import { html, type Markup } from "./markup.ts";

/** A short text with a colored dot. */
export function part(text: string, look: string): Markup {
  return html`<span><span class="dot ${look}"></span>${text}</span> `;
}
