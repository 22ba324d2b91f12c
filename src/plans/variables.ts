import { type FixedPort, findFixedPort } from "./fixed-port.ts";
import type { Folder } from "./folder.ts";

/** The variables a project reads that lead to its database. */
export interface FoundVariables {
  /** The value of each, and where it is read. */
  mapped: { name: string; value: string; source: string }[];
  /** Variables in an example environment file that a branch cannot provide. */
  unknown: string[];
  /** Where the code reads the port to listen on; undefined if a suite expects a fixed one all the same. */
  port?: string | undefined;
  fixedPort?: FixedPort | undefined;
}

/** Variables that every command gets under these names. */
const given = /^(DATABASE_URL|PG(HOST|PORT|USER|PASSWORD|DATABASE|SSLMODE)|PORT)$/;

/** Values by the ending of a database variable's name. */
const endings: readonly (readonly [ending: RegExp, value: string])[] = [
  [/^(SPRING_DATASOURCE_URL|FLYWAY_URL)$|JDBC_?URL$/, "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE"],
  [/(URL|URI|DSN|CONNECTION_STRING|CONNECTION)$/, "$DATABASE_URL"],
  [/(HOST|HOSTNAME|SERVER)$/, "$PGHOST"],
  [/PORT$/, "$PGPORT"],
  [/(USER|USERNAME|USER_NAME)$/, "$PGUSER"],
  [/(PASSWORD|PASS|PASSWD|PWD)$/, "$PGPASSWORD"],
  [/(NAME|DATABASE|DB)$/, "$PGDATABASE"],
];

/** Matches names of database variables, by their beginning or in full. */
const ofDatabase =
  /^(TEST_)?(DB|DATABASE|POSTGRES(QL)?|PG|SQL|SQLALCHEMY_DATABASE|SPRING_DATASOURCE|QUARKUS_DATASOURCE_JDBC|JDBC|SHADOW_DATABASE|FLYWAY|DATASOURCE)_|^DB(HOST|PORT|NAME|USER|PASS|PASSWORD|URL)$|(^|_)(DIRECT|DATABASE|POSTGRES|DB|JDBC|PG)_(URL|URI|DSN)$/;

/** Matches names that refer to a different kind of database, or to none. */
const otherwise =
  /REDIS|MONGO|MYSQL|AMQP|ELASTIC|CLICKHOUSE|SQLITE|PGADMIN|POOL|TIMEOUT|SCHEMA|SSL|DIALECT|DRIVER|ENGINE|LOG/;

/** Matches how code reads a variable, in the languages that are recognized. */
const asked =
  /(?:process\.env\.|import\.meta\.env\.|Bun\.env\.)([A-Z][A-Z0-9_]+)|(?:process\.env|os\.environ|ENV)\[\s*["']([A-Z][A-Z0-9_]+)["']|(?:os\.(?:getenv|environ\.get)|os\.Getenv|os\.LookupEnv|env::var|System\.getenv|ENV\.fetch|getenv|\benv)\(\s*["']([A-Z][A-Z0-9_]+)["']|\$\{([A-Z][A-Z0-9_]+)(?=[:}])/g;

/** Matches where Spring and similar frameworks read a variable that must be a JDBC URL, whatever its name. */
const jdbc =
  /\$\{([A-Z][A-Z0-9_]*):jdbc:|\bdatasource\.(?:\w+\.)?(?:url|jdbc-url)\s*=\s*\$\{([A-Z][A-Z0-9_]*)/g;

/** Matches fields of pydantic settings, which are variables of the same name. */
const setting = /^\s+([A-Za-z]\w*)\s*:\s*\S/gm;

export const sourceFile =
  /\.([cm]?[jt]sx?|py|go|rs|java|kt|rb|php|prisma|ya?ml|properties|toml|cfg|ini|edn)$/;
const exampleFile =
  /(^|\/)\.env\.(example|sample|template|dist|defaults)$|(^|\/)\.env\.\w+\.example$|(^|\/)(example|sample)\.env$|(^|\/)\.?env[._-](example|sample|template)([._-]\w+)?$/;

/** Matches a variable, and the driver in its value if that is such a URL. */
const assigned = /^\s*(?:export\s+)?([A-Z][A-Z0-9_]*)\s*=(?:\s*["']?(postgres(?:ql)?\+\w+):\/\/)?/gm;

/** How many source files to search. */
const mostSources = 2_000;

/** Looks for variables in code, in example environment files, and, only by name, in `.env`. */
export async function findVariables(folder: Folder): Promise<FoundVariables> {
  const asks = new Map<string, string>();
  const listed: string[] = [];
  const drivers = new Map<string, string>();
  for (const file of folder.files.filter(
    (name) => exampleFile.test(name) || /(^|\/)\.env(\.test|\.local)?$/.test(name),
  )) {
    const isExample = exampleFile.test(file);
    const names = [...((await folder.read(file)) ?? "").matchAll(assigned)];
    for (const [, name = "", driver] of names) {
      asks.set(name, asks.get(name) ?? file);
      if (isExample) listed.push(name);
      if (isExample && driver !== undefined) drivers.set(name, driver);
    }
  }
  for (const file of folder.files.filter((name) => sourceFile.test(name)).slice(0, mostSources)) {
    const text = (await folder.read(file)) ?? "";
    for (const [, withDefault, plain] of text.matchAll(jdbc))
      drivers.set(withDefault ?? plain ?? "", "jdbc:postgresql");
    const settings = /\bBaseSettings\b/.test(text) ? [...text.matchAll(setting)] : [];
    for (const groups of [...text.matchAll(asked), ...settings]) {
      const name = (groups.slice(1).find((each) => each !== undefined) ?? "").toUpperCase();
      asks.set(name, asks.get(name) ?? file);
    }
  }
  const mapped = [...asks].flatMap(([name, from]) => {
    const driver = drivers.get(name);
    const value = driver === undefined ? mapVariable(name) : withDriver(driver);
    return value === undefined ? [] : [{ name, value, source: from }];
  });
  const known = new Set(mapped.map(({ name }) => name));
  const unknown = [...new Set(listed)].filter((name) => !known.has(name) && !given.test(name));
  const fixedPort = await findFixedPort(folder);
  return {
    mapped: mapped.sort((a, b) => (a.name < b.name ? -1 : 1)),
    unknown,
    port: fixedPort === undefined ? asks.get("PORT") : undefined,
    fixedPort,
  };
}

/** SQLAlchemy's URLs name the driver. The login, which a URL would have to escape, comes from PGUSER and PGPASSWORD. */
const withDriver = (driver: string) => `${driver}://$PGHOST:$PGPORT/$PGDATABASE`;

/** True if a command gets the variable, or can be given it, from its branch. */
export function isOfBranch(name: string): boolean {
  return given.test(name) || mapVariable(name) !== undefined;
}

/** Returns the value for a database variable; undefined for any other, and for those that commands get anyway. */
export function mapVariable(name: string): string | undefined {
  if (given.test(name) || otherwise.test(name) || !ofDatabase.test(name)) return undefined;
  return endings.find(([ending]) => ending.test(name))?.[1];
}
