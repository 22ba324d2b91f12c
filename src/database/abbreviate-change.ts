import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";
import { cutText } from "../utils/text/clip-text.ts";

const maxText = 400;
const maxPart = 200;
const maxParts = 12;

/**
 * Abbreviates a change for an answer: long texts are cut so that they still show the difference, and what it rests on
 * is left out.
 * @param whole where to find the rest
 */
export function abbreviateChange(
  { rests_on, contains, aspects, ...change }: SchemaChange,
  whole: string,
): SchemaChange {
  return {
    ...change,
    aspects: Object.fromEntries(
      Object.entries(aspects).map(([name, { from, to }]) => {
        const start = Math.max(from?.length ?? 0, to?.length ?? 0) <= maxText ? 0 : firstDifference(from, to);
        return [name, { from: cut(from, start, maxText, whole), to: cut(to, start, maxText, whole) }];
      }),
    ),
    ...(contains && {
      contains: [
        ...contains.slice(0, maxParts).map((part) => cut(part, 0, maxPart, whole)),
        ...(contains.length > maxParts ? [`[${contains.length - maxParts} more parts ${whole}]`] : []),
      ],
    }),
  };
}

/** Returns where two texts begin to differ, minus some context; 0 if there is only one. */
function firstDifference(from: string | null, to: string | null): number {
  if (from === null || to === null) return 0;
  let index = 0;
  while (index < from.length && from[index] === to[index]) index += 1;
  return Math.max(0, index - maxText / 4);
}

function cut<Text extends string | null>(text: Text, start: number, length: number, whole: string) {
  if (text === null || text.length <= length) return text;
  const before = start === 0 ? "" : `[${start} equal characters] `;
  const left = text.length - start - length;
  const after = left <= 0 ? "" : ` [${left} more characters ${whole}]`;
  const middle = cutText(text.slice(start).replace(/^[\udc00-\udfff]/, ""), length);
  return `${before}${middle}${after}`;
}
