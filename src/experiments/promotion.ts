import { join } from "node:path";
import type { DatabaseState } from "../../schemas/promotion/database-state.ts";
import { databaseStateSchema } from "../../schemas/promotion/database-state.ts";
import {
  type Promotion,
  promotionSchema,
  type Verification,
  verificationSchema,
} from "../../schemas/promotion/promotion.ts";
import { listFolders } from "../utils/files/files.ts";
import { readRecord, writeJson } from "../utils/files/json.ts";
import type { ClosedExperiment } from "./closed.ts";
import { archivedPaths, type ExperimentRef, promotionPaths, promotionsDirectory } from "./layout.ts";
import { listCycles } from "./timeline/list-cycles.ts";

/**
 * Reads the last verification; undefined if there was none.
 * @throws CoreError `record_unreadable`
 */
export function readVerification(ref: ExperimentRef): Promise<Verification | undefined> {
  return readRecord(promotionPaths(ref).verification, verificationSchema);
}

export async function writeVerification(ref: ExperimentRef, verification: Verification): Promise<void> {
  await writeJson(promotionPaths(ref).verification, verification);
}

/**
 * Reads the state of the parent branch when the last verification forked it.
 * @throws CoreError `record_unreadable`
 */
export function readParentState(ref: ExperimentRef): Promise<DatabaseState | undefined> {
  return readRecord(promotionPaths(ref).parentState, databaseStateSchema);
}

export async function writeParentState(ref: ExperimentRef, state: DatabaseState): Promise<void> {
  await writeJson(promotionPaths(ref).parentState, state);
}

/**
 * Reads the journal of the last promotion; undefined if there was none.
 * @throws CoreError `record_unreadable`
 */
export function readPromotion(ref: ExperimentRef): Promise<Promotion | undefined> {
  return readRecord(promotionPaths(ref).promotion, promotionSchema);
}

export async function writePromotion(ref: ExperimentRef, promotion: Promotion): Promise<void> {
  await writeJson(promotionPaths(ref).promotion, promotion);
}

/** Returns `V<n>`, one above every verification that the experiment has records of. */
export async function nextVerification(ref: ExperimentRef): Promise<string> {
  const known = [...(await listCycles(ref)), (await readVerification(ref))?.cycle_id ?? ""];
  const numbers = known.map((cycle) => Number(/^V(\d{1,9})$/.exec(cycle)?.[1] ?? 0));
  return `V${Math.max(0, ...numbers) + 1}`;
}

/** The records of an experiment's promotion. Unreadable ones are left out. */
export interface PromotionRecords {
  ref: ExperimentRef;
  verification?: Verification | undefined;
  promotion?: Promotion | undefined;
}

/**
 * Lists the promotion records of a workspace, including those of closed experiments.
 * @param archived the closed experiments of the workspace
 */
export async function listPromotionRecords(
  workspace: string,
  archived: readonly ClosedExperiment[],
): Promise<PromotionRecords[]> {
  const root = promotionsDirectory(workspace);
  const open = (await listFolders(root)).map(async (feature_id) => {
    const slugs = await listFolders(join(root, feature_id));
    return slugs.map((experiment_slug) => ({
      ref: { workspace, feature_id, experiment_slug },
      directory: join(root, feature_id, experiment_slug),
    }));
  });
  const closed = archived.map(({ feature_id, experiment_slug, directory }) => ({
    ref: { workspace, feature_id, experiment_slug },
    directory: archivedPaths(directory).promotion,
  }));
  const places = [...(await Promise.all(open)).flat(), ...closed];
  return Promise.all(places.map(({ ref, directory }) => readPromotionRecords(ref, directory)));
}

async function readPromotionRecords(ref: ExperimentRef, directory: string): Promise<PromotionRecords> {
  const [verification, promotion] = await Promise.all([
    readRecord(join(directory, "verification.json"), verificationSchema).catch(() => undefined),
    readRecord(join(directory, "promotion.json"), promotionSchema).catch(() => undefined),
  ]);
  return { ref, verification, promotion };
}
