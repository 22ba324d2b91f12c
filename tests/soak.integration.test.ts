import { expect, test } from "vitest";
import { soak } from "../bench/soak/soak.ts";
import { isSkipped } from "./support/vitest/skip.ts";

test("runs that are killed, stopped, starved and cancelled break, lose and leave nothing", async () => {
  const told: string[] = [];
  const { rounds, faults, notes } = await soak(0.25, 1, (line) => told.push(line));
  for (const note of notes) isSkipped(note.startsWith("skipped: "), note.replace("skipped: ", ""));
  expect(faults, told.join("\n")).toEqual([]);
  expect(rounds).toBeGreaterThan(0);
});
