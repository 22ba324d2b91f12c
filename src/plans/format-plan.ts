/** Formats a plan as JSON, with each list of words or numbers on one line. */
export function formatPlan(plan: unknown): string {
  const scalar = '(?:"(?:[^"\\\\]|\\\\.)*"|-?\\d+(?:\\.\\d+)?)';
  const list = new RegExp(`\\[\\n\\s+${scalar}(?:,\\s+${scalar})*\\s+\\]`, "g");
  const text = JSON.stringify(plan, null, 2);
  return `${text.replace(list, (words) => words.replace(/\n\s+/g, " ").replace("[ ", "[").replace(/ \]$/, "]"))}\n`;
}
