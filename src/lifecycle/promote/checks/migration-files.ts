import * as z from "zod";
import type { Ledger } from "../../../../schemas/promotion/ledger.ts";
import { git } from "../../../git/git.ts";

/** Tools whose files are named like their ledger entries: a pattern for the path, with the name as its group. */
const named: Partial<Record<Ledger["tool"], RegExp>> = {
  prisma: /(?:^|\/)migrations\/([^/]+)\/migration\.sql$/,
  knex: /(?:^|\/)migrations\/([^/]+)\.[cm]?[jt]s$/,
  "node-pg-migrate": /(?:^|\/)migrations\/([^/]+)\.(?:[cm]?[jt]s|sql)$/,
  flyway: /(?:^|[/.])((?:V[\d._]+|[RBU][\d._]*)__[^/]+)\.(?:sql|java|kt)$/,
  sqlx: /(?:^|\/)migrations\/0*(\d+)_[^/]+(?<!\.down)\.sql$/,
  goose: /(?:^|\/)0*(\d+)_[^/]+(?<!_test)\.(?:sql|go)$/,
  rails: /(?:^|\/)db\/migrate\/0*(\d+)_[^/]+\.rb$/,
};

/**
 * Lists the migrations in a commit, named as the tool's ledger names them.
 * @returns undefined if none are found: the code may keep them in a place we do not search
 */
export async function findMigrations(
  directory: string,
  commit: string,
  tool: Ledger["tool"],
): Promise<string[] | undefined> {
  const found = await listMigrations(directory, commit, tool);
  return found.length === 0 ? undefined : found;
}

/** Returns the name by which a ledger entry and a file are compared. */
export function nameMigration(tool: Ledger["tool"], entry: string): string {
  if (tool === "knex") return entry.replace(/\.[cm]?[jt]s$/, "");
  if (tool === "flyway")
    return /(?:^|[/.])((?:V[\d._]+|[RBU][\d._]*)__[^/]+?)(?:\.sql)?$/.exec(entry)?.[1] ?? entry;
  return entry;
}

async function listMigrations(directory: string, commit: string, tool: Ledger["tool"]): Promise<string[]> {
  if (tool === "alembic") return listRevisions(directory, commit);
  const paths = (
    await git(directory, ["ls-tree", "-r", "--full-tree", "--name-only", "-z", commit])
  ).stdout.split("\0");
  if (tool === "drizzle") return listJournals(directory, commit, paths);
  return paths.flatMap((path) => named[tool]?.exec(path)?.[1] ?? []);
}

/** alembic names a revision inside its file. */
async function listRevisions(directory: string, commit: string): Promise<string[]> {
  const pattern = "^revision(: *str)? *= *['\"]";
  const { stdout } = await git(directory, [
    "grep",
    "--no-color",
    "-h",
    "-E",
    "-e",
    pattern,
    commit,
    "--",
    ":(top)*.py",
  ]);
  return stdout.split("\n").flatMap((line) => /['"]([^'"]+)['"]/.exec(line)?.[1] ?? []);
}

const journalSchema = z.object({ entries: z.array(z.object({ when: z.number() })) });

/** drizzle's ledger identifies a migration by its timestamp, and so does its journal. */
async function listJournals(directory: string, commit: string, paths: string[]): Promise<string[]> {
  const journals = paths.filter((path) => /(?:^|\/)meta\/_journal\.json$/.test(path));
  const texts = await Promise.all(journals.map((path) => git(directory, ["show", `${commit}:${path}`])));
  return texts.flatMap(({ stdout }) => readJournal(stdout));
}

function readJournal(text: string): string[] {
  try {
    return journalSchema.parse(JSON.parse(text)).entries.map(({ when }) => String(when));
  } catch {
    return [];
  }
}
