import { relative } from "node:path";
import type { ByTag } from "../../schemas/experiment/outcomes.ts";

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Begins a chapter of the story. */
export function begin(title: string): void {
  say(`\n── ${title}`);
}

/** As the reader may paste it after `cd`. */
export function place(path: string): string {
  return relative(process.cwd(), path) || ".";
}

export function countTags(byTag: ByTag): string {
  return Object.entries(byTag)
    .map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`)
    .join("  ");
}
