/** Lists the slugs of experiments, or of anything that has one, in the same order. */
export function listSlugs(all: readonly { experiment_slug: string }[]): string[] {
  return all.map(({ experiment_slug }) => experiment_slug);
}
