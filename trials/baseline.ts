import { readFile, writeFile } from "node:fs/promises";
import * as z from "zod";
import type { Tally } from "./agent/tally.ts";

const path = "trials/baseline.json";

const baselineSchema = z.record(z.string(), z.object({ calls: z.number().int(), bytes: z.number().int() }));
export type Baseline = z.infer<typeof baselineSchema>;

/** Answers during a run include its progress, which varies slightly. */
const tolerance = 1.02;

/** What each scenario cost when the baseline was recorded. */
export async function readBaseline(): Promise<Baseline> {
  return baselineSchema.parse(JSON.parse(await readFile(path, "utf8")));
}

export async function writeBaseline(baseline: Baseline): Promise<void> {
  await writeFile(path, `${JSON.stringify(baseline, null, 2)}\n`);
}

/** Describes what costs more than before; empty if nothing does. */
export function findRises(name: string, { calls, bytes }: Tally, baseline: Baseline): string[] {
  const before = baseline[name];
  if (before === undefined) return [`${name} is not in ${path}. ${remedy}`];
  const rises = [
    ...(calls > before.calls ? [`${calls} calls instead of ${before.calls}`] : []),
    ...(bytes > before.bytes * tolerance ? [`${bytes} bytes instead of ${before.bytes}`] : []),
  ];
  return rises.length === 0 ? [] : [`${name} took ${rises.join(" and ")}. ${remedy}`];
}

const remedy = "If that is meant, run `npm run trials -- --update`, and say why in the commit.";
