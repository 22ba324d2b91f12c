import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { loggedScript, readNotes } from "../runs.ts";
import { type Prepared, readPromotionState } from "./promotion.ts";

/** Starts the first verification of a promotion, whose suite continues until the gate is opened. */
export async function holdVerification(shop: Prepared) {
  const { writePlan, ask, run, directory } = shop;
  const gate = join(directory, ".tdd", "gate");
  await writePlan({ suites: { api: loggedScript(directory, `await gate(${JSON.stringify(gate)})`) } });
  await writeFile(gate, "");
  await run();
  await rm(gate);
  const before = await readPromotionState(shop);
  const begun = await ask({ verify: true, wait_seconds: 0 });
  const findSuite = async () => (await readNotes(directory)).find(({ cycle }) => cycle === "V1")?.pid ?? 0;
  await expect.poll(findSuite).toBeGreaterThan(0);
  return { gate, before, begun, run_id: begun.run_id ?? "", suite: await findSuite() };
}
