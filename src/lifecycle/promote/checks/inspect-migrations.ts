import type { DatabaseState } from "../../../../schemas/promotion/database-state.ts";
import type { Ledger } from "../../../../schemas/promotion/ledger.ts";
import { nameSome } from "../../../utils/text/name-some.ts";
import { findMigrations, nameMigration } from "./migration-files.ts";
import { createObjection, type Objection } from "./objection.ts";

const maxNamed = 8;

export interface MigrationsInput {
  workspace: string;
  /** The current state of the parent. */
  state: DatabaseState;
  /** The commit to promote. */
  commit: string;
  /** The commit it is merged into; undefined for a design in the main checkout. */
  target_commit?: string | undefined;
  /** The migration ledgers after the verification; undefined if there was none. */
  verified?: readonly Ledger[] | undefined;
  /** Whether the plan migrates the parent. */
  migrates: boolean;
}

export interface MigrationsInspection {
  /** The migrations that would be applied to the parent, as tool and entry. */
  pending: string[];
  objections: Objection[];
  warnings: string[];
}

/** Compares the parent's migration ledgers with the migrations in the code and in the verification. */
export async function inspectMigrations(input: MigrationsInput): Promise<MigrationsInspection> {
  const tools = [...input.state.ledgers, ...(input.verified ?? [])].map(({ tool }) => tool);
  const inspections = await Promise.all([...new Set(tools)].map((tool) => inspectTool(input, tool)));
  const all = (pick: (inspection: ToolInspection) => string[]) => inspections.flatMap(pick);
  const pending = all((inspection) => inspection.pending);
  const failed = all((inspection) => inspection.failed);
  const unknown = all((inspection) => inspection.unknown);
  const behind = all((inspection) => inspection.behind);
  return {
    pending,
    objections: [
      ...(failed.length > 0 ? [failedMigrations(failed)] : []),
      ...(unknown.length > 0 ? [unknownMigrations(unknown)] : []),
      ...(pending.length > 0 && !input.migrates ? [unappliedMigrations(pending)] : []),
    ],
    warnings:
      behind.length > 0
        ? [
            `Missing on the parent although the target has them: ${nameSome(behind, maxNamed)}. They would be applied too.`,
          ]
        : [],
  };
}

interface ToolInspection {
  pending: string[];
  failed: string[];
  unknown: string[];
  behind: string[];
}

async function inspectTool(
  { workspace, state, commit, target_commit, verified }: MigrationsInput,
  tool: Ledger["tool"],
): Promise<ToolInspection> {
  const [files, before] = await Promise.all([
    findMigrations(workspace, commit, tool),
    target_commit === undefined ? undefined : findMigrations(workspace, target_commit, tool),
  ]);
  const applied = listEntries(state.ledgers, tool, "applied");
  // alembic's ledger holds only the latest revision: all earlier ones count as applied.
  const isHead = tool === "alembic";
  const open = (known: readonly string[] = []) =>
    isHead ? [] : known.filter((each) => !applied.includes(each) && !runsSeldom(tool, each));
  const pending =
    verified === undefined
      ? open(files)
      : listEntries(verified, tool, "applied").filter((each) => !applied.includes(each));
  const label = (entries: string[]) => entries.map((entry) => `${tool} ${entry}`);
  return {
    pending: label(pending),
    failed: label(listEntries(state.ledgers, tool, "failed")),
    unknown: label(files === undefined ? [] : applied.filter((each) => !files.includes(each))),
    behind: label(open(before)),
  };
}

/** Flyway runs undo scripts only when asked to, and a baseline only where nothing was applied before. */
function runsSeldom(tool: Ledger["tool"], entry: string): boolean {
  return tool === "flyway" && /^[BU]/.test(entry);
}

function listEntries(ledgers: readonly Ledger[], tool: Ledger["tool"], kind: "applied" | "failed"): string[] {
  const own = ledgers.filter((ledger) => ledger.tool === tool);
  return own.flatMap((ledger) => ledger[kind].map((entry) => nameMigration(tool, entry)));
}

function failedMigrations(entries: string[]): Objection {
  return createObjection(
    "failed_migrations",
    `Started on the parent but not finished: ${nameSome(entries, maxNamed)}.`,
    {
      hint: "Repair them with the migration tool first.",
      blocks: "verification",
    },
  );
}

function unknownMigrations(entries: string[]): Objection {
  const what = `Applied to the parent but missing from the promoted code: ${nameSome(entries, maxNamed)}.`;
  return createObjection("unknown_migrations", what, {
    hint: "Merge the code that added them into the experiment's git branch, and run again.",
    acceptable: true,
  });
}

function unappliedMigrations(entries: string[]): Objection {
  const what = `Missing on the parent, and the plan does not migrate it: ${nameSome(entries, maxNamed)}.`;
  return createObjection("unapplied_migrations", what, {
    hint: "Set promote.migrate in plan.json to the command that migrates.",
    acceptable: true,
  });
}
