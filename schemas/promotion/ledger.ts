import * as z from "zod";

/** The tools whose ledgers of migrations are known. */
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

/** A table in which a migration tool keeps what it has applied to a database. */
export const ledgerSchema = z.object({
  tool: z.enum(ledgerTools),
  /** With its schema: `public._prisma_migrations`. */
  table: z.string(),
  /** As the tool names them, oldest first where it keeps an order; alembic keeps the last ones alone. */
  applied: z.array(z.string()),
  /** Begun and not brought to their end. */
  failed: z.array(z.string()),
});
export type Ledger = z.infer<typeof ledgerSchema>;
