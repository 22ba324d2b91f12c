/** The markup of each section, as received. What a reader opened in a section stays open until its markup changes. */
const shown = new Map<string, string>();
const style = new CSSStyleSheet();

/** Shows the comparison's page in place of this one. @returns whether the page shows a run in progress */
export function showPage(text: string): boolean {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  unlinkFiles(fresh);
  const main = document.createElement("main");
  main.append(...[...fresh.querySelectorAll("main > section")].map(reuseUnchanged));
  document.title = fresh.title;
  style.replaceSync(fresh.querySelector("style")?.textContent ?? "");
  document.adoptedStyleSheets = [style];
  document.body.replaceChildren(...fresh.querySelectorAll("header"), main);
  return document.getElementById("progress") !== null;
}

/** Shows lines of plain text instead of the page. */
export function showText(...lines: string[]): void {
  shown.clear();
  const paragraphs = lines.map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  });
  document.body.replaceChildren(...paragraphs);
}

/** Removes links to files next to the original page, which do not exist here. */
function unlinkFiles(page: Document): void {
  for (const link of page.querySelectorAll("a:not([href^='#'])")) link.replaceWith(...link.childNodes);
}

function reuseUnchanged(section: Element): Element {
  const markup = section.outerHTML;
  const present = document.getElementById(section.id);
  if (present !== null && shown.get(section.id) === markup) return present;
  shown.set(section.id, markup);
  return section;
}
