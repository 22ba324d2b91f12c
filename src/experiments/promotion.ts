import type { DatabaseState } from "../../schemas/promotion/database-state.ts";
import { databaseStateSchema } from "../../schemas/promotion/database-state.ts";
import {
  type Promotion,
  promotionSchema,
  type Verification,
  verificationSchema,
} from "../../schemas/promotion/promotion.ts";
import { readRecord, writeJson } from "../utils/files/json.ts";
import { listCycles } from "./cycles.ts";
import { type ExperimentRef, promotionPaths } from "./layout.ts";

/** What was verified last; undefined where nothing was. @throws CoreError `record_unreadable` */
export function readVerification(ref: ExperimentRef): Promise<Verification | undefined> {
  return readRecord(promotionPaths(ref).verification, verificationSchema);
}

export async function writeVerification(ref: ExperimentRef, verification: Verification): Promise<void> {
  await writeJson(promotionPaths(ref).verification, verification);
}

/** What the parent branch was like when the last verification forked it. @throws CoreError `record_unreadable` */
export function readParentState(ref: ExperimentRef): Promise<DatabaseState | undefined> {
  return readRecord(promotionPaths(ref).parentState, databaseStateSchema);
}

export async function writeParentState(ref: ExperimentRef, state: DatabaseState): Promise<void> {
  await writeJson(promotionPaths(ref).parentState, state);
}

/** The journal of the last promotion; undefined where there was none. @throws CoreError `record_unreadable` */
export function readPromotion(ref: ExperimentRef): Promise<Promotion | undefined> {
  return readRecord(promotionPaths(ref).promotion, promotionSchema);
}

export async function writePromotion(ref: ExperimentRef, promotion: Promotion): Promise<void> {
  await writeJson(promotionPaths(ref).promotion, promotion);
}

/** `V<n>`, one above every verification that the experiment knows. */
export async function nextVerification(ref: ExperimentRef): Promise<string> {
  const known = [...(await listCycles(ref)), (await readVerification(ref))?.cycle_id ?? ""];
  const numbers = known.map((cycle) => Number(/^V(\d{1,9})$/.exec(cycle)?.[1] ?? 0));
  return `V${Math.max(0, ...numbers) + 1}`;
}
