/** Lists up to `most` names and counts the rest: `a, b and 3 more`. */
export function nameSome(names: string[], most: number, separator = ", "): string {
  const more = names.length - most;
  return names.slice(0, most).join(separator) + (more > 0 ? ` and ${more} more` : "");
}
