import * as z from "zod";

/** The migration tools whose ledgers are known. */
export const ledgerTools = [
  "drizzle",
  "prisma",
  "knex",
  "node-pg-migrate",
  "flyway",
  "alembic",
  "sqlx",
  "goose",
  "rails",
] as const;

/** The table in which a migration tool records what it has applied to a database. */
export const ledgerSchema = z.object({
  tool: z.enum(ledgerTools),
  /** With its schema: `public._prisma_migrations`. */
  table: z.string(),
  /** As the tool names them, oldest first if it keeps an order; alembic only keeps the last ones. */
  applied: z.array(z.string()),
  /** Migrations that began but did not finish. */
  failed: z.array(z.string()),
});
export type Ledger = z.infer<typeof ledgerSchema>;
