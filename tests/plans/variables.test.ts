import { expect, test } from "vitest";
import { findVariables, mapVariable } from "../../src/plans/variables.ts";
import { makeProject } from "./project.ts";

test.each([
  ["TEST_DATABASE_URL", "$DATABASE_URL"],
  ["DIRECT_URL", "$DATABASE_URL"],
  ["POSTGRES_URL", "$DATABASE_URL"],
  ["SHOP_DB_URL", "$DATABASE_URL"],
  ["SQLALCHEMY_DATABASE_URI", "$DATABASE_URL"],
  ["DB_DSN", "$DATABASE_URL"],
  ["JDBC_URL", "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE"],
  ["SPRING_DATASOURCE_URL", "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE"],
  ["SPRING_DATASOURCE_USERNAME", "$PGUSER"],
  ["DB_HOST", "$PGHOST"],
  ["DBPORT", "$PGPORT"],
  ["POSTGRES_PASSWORD", "$PGPASSWORD"],
  ["POSTGRES_DB", "$PGDATABASE"],
  ["DATABASE_NAME", "$PGDATABASE"],
])("makes %s from %s", (name, value) => {
  expect(mapVariable(name)).toBe(value);
});

test.each([
  ...[
    "DATABASE_URL",
    "PGHOST",
    "PORT",
    "REDIS_URL",
    "DIRECTORY_URL",
    "DBT_HOST",
    "DB_POOL_SIZE",
    "MONGO_DB_URL",
  ],
  ...["API_URL", "HOST", "USER", "PASSWORD", "HOME_URL", "PGADMIN_DEFAULT_PASSWORD", "DB_SSL", "S3_HOST"],
])("adds nothing for %s", (name) => {
  expect(mapVariable(name)).toBeUndefined();
});

test("keeps the driver of a URL, even in DATABASE_URL", async () => {
  const example =
    'DATABASE_URL="postgresql+asyncpg://u:hunter2@localhost/dev"\nASYNC_URL=postgresql+psycopg://localhost\n';
  const { mapped } = await findVariables(await makeProject({ ".env.example": example }));
  const place = "$PGHOST:$PGPORT/$PGDATABASE";
  expect(mapped.map(({ name, value }) => [name, value])).toEqual([
    ["ASYNC_URL", `postgresql+psycopg://${place}`],
    ["DATABASE_URL", `postgresql+asyncpg://${place}`],
  ]);
});

test("finds variables in code of every language, examples and .env, without revealing a value", async () => {
  const project = await makeProject({
    ".env.example": "# c\nexport DATABASE_URL=postgres://localhost/dev\nSTRIPE_KEY=sk_example\nJDBC_URL=\n",
    ".env": "DB_URL=postgres://u:hunter2@localhost/x\nPRIVATE=hunter3\n",
    "a.ts": "process.env.DB_HOST; process.env['DB_PORT']",
    "b.py": 'os.environ["DB_USER"]; os.getenv("DB_PASSWORD")',
    "c.go": 'os.Getenv("POSTGRES_DB")',
    "d.rs": 'std::env::var("PG_URL")',
    "E.java": 'System.getenv("SPRING_DATASOURCE_URL")',
    "application.yml": `url: $\{JDBC_DATABASE_URL:jdbc:h2:mem}`,
    "f.rb": 'ENV.fetch("TEST_DATABASE_URL"); ENV["DATABASE_HOST"]',
    "g.php": "env('DB_DATABASE', 'forge')",
    "schema.prisma": 'directUrl = env("DIRECT_URL")',
    "README.md": "process.env.DB_NAME",
  });
  const { mapped, unknown } = await findVariables(project);
  expect(mapped.map(({ name }) => name)).toEqual(
    [
      ...[
        "DATABASE_HOST",
        "DB_DATABASE",
        "DB_HOST",
        "DB_PASSWORD",
        "DB_PORT",
        "DB_URL",
        "DB_USER",
        "DIRECT_URL",
      ],
      ...[
        "JDBC_DATABASE_URL",
        "JDBC_URL",
        "PG_URL",
        "POSTGRES_DB",
        "SPRING_DATASOURCE_URL",
        "TEST_DATABASE_URL",
      ],
    ].sort(),
  );
  expect(unknown).toEqual(["STRIPE_KEY"]);
  expect(JSON.stringify({ mapped, unknown })).not.toMatch(/hunter|sk_example|PRIVATE/);
});

test("derives the variables of pydantic settings from their field names", async () => {
  const settings =
    "class Settings(BaseSettings):\n    postgres_server: str\n    DB_PORT: int = 5432\n    debug: bool\n";
  const { mapped } = await findVariables(
    await makeProject({ "config.py": settings, "other.py": "    db_user: str\n" }),
  );
  expect(mapped.map(({ name, value }) => [name, value])).toEqual([
    ["DB_PORT", "$PGPORT"],
    ["POSTGRES_SERVER", "$PGHOST"],
  ]);
});

test("makes a JDBC URL for a Spring data source, whatever the variable's name", async () => {
  const properties = `spring.datasource.url=$\{POSTGRES_URL:jdbc:postgresql://localhost/shop}\nreports.datasource.url=$\{DB_CONNECTION}\n`;
  const { mapped } = await findVariables(await makeProject({ "application.properties": properties }));
  const value = "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE";
  expect(mapped.map((each) => [each.name, each.value])).toEqual([
    ["DB_CONNECTION", value],
    ["POSTGRES_URL", value],
  ]);
});

test.each([
  ".env.example",
  "env.example",
  ".env_sample",
  "env-template",
  "env-example-relational",
  "sample.env",
])("takes %s for an example of an environment file", async (name) => {
  const found = await findVariables(await makeProject({ [name]: "DB_HOST=db\nSTRIPE_KEY=\n" }));
  expect(found).toMatchObject({ mapped: [{ name: "DB_HOST", value: "$PGHOST" }], unknown: ["STRIPE_KEY"] });
});
