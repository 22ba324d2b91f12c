import { dirname, relative, sep } from "node:path";
import { html, type Markup } from "./markup.ts";

/** An artifact, identified by the parts of its path. */
interface Artifact {
  cycle_id: string;
  name: string;
}

/** The artifacts of one experiment that the page links to, and how many more there are. */
export interface ArtifactList {
  experiment_slug: string;
  artifacts: Artifact[];
  left_out: number;
}

/** Renders a link to a file, relative to the page's folder, so that both can be moved together. */
export function fileLink(directory: string, path: string, text?: string): Markup {
  const there = relative(directory, path);
  return partsLink(there.split(sep), text ?? there);
}

/** Renders the artifacts of each experiment, collapsed: there are many, and a reader looks for few. */
export function artifactLists(lists: ArtifactList[]): Markup[] {
  return lists
    .filter(({ artifacts }) => artifacts.length > 0)
    .map(({ experiment_slug, artifacts, left_out }) => {
      const links = artifacts.map(({ cycle_id, name }) =>
        partsLink([experiment_slug, "artifacts", cycle_id, ...name.split("/")], `${cycle_id} ${name}`),
      );
      const count = artifacts.length + left_out;
      return html`<details><summary>${experiment_slug}: ${count} ${count === 1 ? "artifact" : "artifacts"}</summary>
<ul>${links.map((link) => html`<li>${link}</li>`)}</ul>${
        left_out > 0 &&
        html`<p>${left_out} more ${left_out === 1 ? "is" : "are"} in <code>${experiment_slug}/artifacts</code>.</p>`
      }</details>`;
    });
}

/** Formats the relative link from a page to a file. */
export function formatHref(page: string, path: string): string {
  return joinHref(relative(dirname(page), path).split(sep));
}

function joinHref(parts: string[]): string {
  return `./${parts.map(encodeURIComponent).join("/")}`;
}

function partsLink(parts: string[], text: string): Markup {
  return html`<a href="${joinHref(parts)}"><bdi>${text}</bdi></a>`;
}
