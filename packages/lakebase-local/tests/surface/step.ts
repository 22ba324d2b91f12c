/** One command in a row of them on a fresh machine, and what must come of it. */
export interface Step {
  words: string[];
  /** Exit code; 0 when not given. */
  code?: number;
  /** What standard output holds when read as JSON; "" for nothing at all. */
  prints?: unknown;
  /** A part of standard error. */
  says?: string;
  /** Why the official command differs here, where it may. */
  differs?: string;
}

/** Stands for any text in what a step prints, such as a time or a token. */
export const anyText = Symbol("any text");

export const project = "projects/local";
export const production = `${project}/branches/production`;

export const spec = (fields: object) => ["--json", JSON.stringify({ spec: fields })];
