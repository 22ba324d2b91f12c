import { relative } from "node:path";
import type { ByTag } from "../../schemas/experiment/outcomes.ts";

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Begins a section of the output. */
export function startSection(title: string): void {
  say(`\n── ${title}`);
}

/** Formats a path so that the reader can paste it after `cd`. */
export function formatPath(path: string): string {
  return relative(process.cwd(), path) || ".";
}

export function countTags(byTag: ByTag): string {
  return Object.entries(byTag)
    .map(([tag, { passed, failed }]) => `${tag} ${passed}/${failed}`)
    .join("  ");
}
