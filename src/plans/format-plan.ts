/** A plan as text: JSON whose lists of words or numbers stand on one line each. */
export function formatPlan(plan: unknown): string {
  const scalar = '(?:"(?:[^"\\\\]|\\\\.)*"|-?\\d+(?:\\.\\d+)?)';
  const list = new RegExp(`\\[\\s+${scalar}(?:,\\s+${scalar})*\\s+\\]`, "g");
  const text = JSON.stringify(plan, null, 2);
  return `${text.replace(list, (words) => words.replace(/\n\s+/g, " ").replace("[ ", "[").replace(/ \]$/, "]"))}\n`;
}
