import { clipAnswer, clipValue, type Limits } from "./clip.ts";

/** An answer whose next step is never clipped. */
type WithNextStep = Record<string, unknown> & { next_step: string };

/** The maximum size of an answer, in bytes of JSON, unless the call asks for more. */
const mostBytes = 8_000;

/** The limits to try, from the most generous to the strictest. */
const attempts = [
  { longestText: 1_000, longestList: 20 },
  { longestText: 400, longestList: 10 },
  { longestText: 160, longestList: 5 },
] as const;

/**
 * Clips an answer until it is small enough to read, whatever the records contain. Pages are small already, so this is
 * for other texts and lists, which only few answers have in large numbers.
 */
export function fitAnswer(answer: WithNextStep): WithNextStep {
  if (countBytes(answer) <= mostBytes) return answer;
  const { next_step, ...data } = answer;
  const clipped = attempts.map((limits) => ({ ...clipAnswer(clipTexts(data, limits), limits), next_step }));
  return clipped.find((each) => countBytes(each) <= mostBytes) ?? { ...clipped.at(-1), next_step };
}

/** Clips top-level lists of texts, which are not pages. */
function clipTexts(data: object, limits: Limits): Record<string, unknown> {
  const isTexts = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === "string");
  const fields = Object.entries(data);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, isTexts(value) ? clipValue(value, limits) : value]),
  );
}

function countBytes(answer: object): number {
  return Buffer.byteLength(JSON.stringify(answer));
}
