import * as z from "zod";
import { ledgerSchema } from "./ledger.ts";

/** The state of a database at one time, by fingerprints that show whether it has changed since. */
export const databaseStateSchema = z.object({
  /** A hash of each schema object, by kind and name. */
  objects: z.record(z.string(), z.string()),
  /** A fingerprint of each table's rows, by table, excluding ledgers. */
  rows: z.record(z.string(), z.string()),
  ledgers: z.array(ledgerSchema),
});
export type DatabaseState = z.infer<typeof databaseStateSchema>;
