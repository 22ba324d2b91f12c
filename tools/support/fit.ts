import { clipAnswer, clipValue, type Limits } from "./clip.ts";

/** An answer's next step stays as it is. */
type WithNextStep = Record<string, unknown> & { next_step: string };

/** What an answer may take, in bytes of JSON, unless more was asked for. */
const mostBytes = 8_000;

/** How much of texts, in characters, and of lists stays: less from one to the next. */
const measures = [
  { longestText: 1_000, longestList: 20 },
  { longestText: 400, longestList: 10 },
  { longestText: 160, longestList: 5 },
] as const;

/**
 * An answer small enough to be read, whatever the records hold. Pages are small already: this is for the texts and
 * lists beside them, of which few answers have many.
 */
export function fitAnswer(answer: WithNextStep): WithNextStep {
  if (measure(answer) <= mostBytes) return answer;
  const { next_step, ...data } = answer;
  const clipped = measures.map((limits) => ({ ...clipAnswer(clipTexts(data, limits), limits), next_step }));
  return clipped.find((each) => measure(each) <= mostBytes) ?? { ...clipped.at(-1), next_step };
}

/** Lists of texts at the top are no pages where they are this long. */
function clipTexts(data: object, limits: Limits): Record<string, unknown> {
  const isTexts = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === "string");
  const fields = Object.entries(data);
  return Object.fromEntries(
    fields.map(([name, value]) => [name, isTexts(value) ? clipValue(value, limits) : value]),
  );
}

function measure(answer: object): number {
  return Buffer.byteLength(JSON.stringify(answer));
}
