import type { FoundStep } from "../../detection.ts";
import type { Folder } from "../../folder.ts";
import type { PackageJson } from "./packages.ts";

/** A migration tool, and how it migrates a database without prompting. */
interface MigrationTool {
  name: string;
  dependency: string;
  command: (folder: Folder) => string[];
  /** Whether the project's own database is migrated by it, and not only one of its tests. Default: yes. */
  isUsed?: (folder: Folder) => boolean;
  advice?: string;
}

const has = ({ files }: Folder, pattern: RegExp) => files.some((file) => pattern.test(file));

const ofTests = /(^|\/)(tests?|__tests__|fixtures|examples?)\//;

const tools: readonly MigrationTool[] = [
  {
    name: "prisma",
    dependency: "prisma",
    command: (folder) =>
      has(folder, /(^|\/)migrations\/[^/]+\/migration\.sql$/)
        ? ["prisma", "migrate", "deploy"]
        : ["prisma", "db", "push"],
    isUsed: ({ files }) => {
      const schemas = files.filter((file) => file.endsWith(".prisma"));
      return schemas.length === 0 || schemas.some((file) => !ofTests.test(file));
    },
  },
  {
    name: "drizzle",
    dependency: "drizzle-kit",
    command: (folder) =>
      has(folder, /(^|\/)meta\/_journal\.json$/)
        ? ["drizzle-kit", "migrate"]
        : ["drizzle-kit", "push", "--force"],
  },
  {
    name: "knex",
    dependency: "knex",
    command: () => ["knex", "migrate:latest"],
    isUsed: (folder) => has(folder, /^knexfile\.[cm]?[jt]s$/),
    advice: "knex uses the connection in its knexfile: set it to DATABASE_URL.",
  },
  { name: "node-pg-migrate", dependency: "node-pg-migrate", command: () => ["node-pg-migrate", "up"] },
  {
    name: "kysely",
    dependency: "kysely-ctl",
    command: () => ["kysely", "migrate:latest"],
    advice: "kysely uses the connection in its kysely.config: set it to DATABASE_URL.",
  },
  {
    name: "sequelize",
    dependency: "sequelize-cli",
    command: () => ["sequelize-cli", "db:migrate"],
    advice: 'sequelize uses its config file: set "use_env_variable": "DATABASE_URL" there.',
  },
];

/** A script that migrates a database, for projects whose tool is unknown or needs the script's arguments. */
const migrationScript =
  /^(db[:-])?(migrate|migrations?)([:-](up|run|deploy|latest))?$|^migrat(e|ion)[:-](up|run|deploy)$/;

export async function findNodeMigrations(
  folder: Folder,
  { scripts, dependencies, devDependencies }: PackageJson,
  manager: string,
): Promise<FoundStep[]> {
  const installed = { ...dependencies, ...devDependencies };
  const tool = tools.find(({ dependency }) => Object.hasOwn(installed, dependency));
  if (tool !== undefined && (tool.isUsed?.(folder) ?? true))
    return [{ command: tool.command(folder), source: `${tool.name}, a dependency`, advice: tool.advice }];
  if (Object.hasOwn(installed, "typeorm")) return findTypeorm(folder);
  const script = Object.keys(scripts).find((name) => migrationScript.test(name));
  return script === undefined
    ? []
    : [{ command: [manager, "run", script], source: `script ${script} of package.json` }];
}

/** TypeORM needs the file that defines its data source. */
function findTypeorm({ files }: Folder): FoundStep[] {
  const source = files.find((file) => /(^|\/)(data-?source|ormconfig)\.[cm]?[jt]s$/i.test(file));
  if (source === undefined) return [];
  const program = /ts$/.test(source) ? "typeorm-ts-node-commonjs" : "typeorm";
  return [{ command: [program, "migration:run", "-d", source], source: `typeorm, ${source}` }];
}
