import * as z from "zod";
import { ledgerSchema } from "./ledger.ts";

/** What a database was like at a time, by marks that tell whether it still is. */
export const databaseStateSchema = z.object({
  /** By kind and name of each object of the schema, a hash of what it is. */
  objects: z.record(z.string(), z.string()),
  /** By table, a mark that changes with its rows. Ledgers are left out. */
  rows: z.record(z.string(), z.string()),
  ledgers: z.array(ledgerSchema),
});
export type DatabaseState = z.infer<typeof databaseStateSchema>;
