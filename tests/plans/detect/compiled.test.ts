import { expect, test } from "vitest";
import { detectGo } from "../../../src/plans/detect/go.ts";
import { detectJvm } from "../../../src/plans/detect/jvm.ts";
import { detectRust } from "../../../src/plans/detect/rust.ts";
import { detectIn } from "./detected.ts";

test.each<[what: string, module: string, files: Record<string, string>, setup: string[]]>([
  [
    "goose as a tool",
    "module x\n\ntool (\n\tgithub.com/pressly/goose/v3/cmd/goose\n)\n",
    { "migrations/1.sql": "" },
    ["go tool goose -dir migrations up"],
  ],
  [
    "golang-migrate",
    "require github.com/golang-migrate/migrate/v4 v4.18.0\n",
    { "db/migration/1.up.sql": "" },
    ["migrate -path db/migration -database $DATABASE_URL up"],
  ],
  ["goose without migrations", "require github.com/pressly/goose/v3 v3.0.0\n", { "db/a.sql": "" }, []],
  ["migrations of an unknown tool", "module x\n", { "migrations/1.sql": "" }, []],
])("migrates a Go module with %s", async (_what, module, files, setup) => {
  expect((await detectIn(detectGo, { "go.mod": module, ...files })).setup).toEqual(setup);
});

test("gives goose its login in a variable, not in its arguments", async () => {
  const goose = { "go.mod": "require github.com/pressly/goose/v3 v3.0.0\n", "migrations/1.sql": "" };
  expect(await detectIn(detectGo, goose)).toMatchObject({
    env: { GOOSE_DRIVER: "postgres", GOOSE_DBSTRING: "$DATABASE_URL" },
    advice: ["goose must be installed."],
  });
  expect((await detectIn(detectGo, { "go.mod": "module x\n" })).env).toBeUndefined();
});

test.each<[what: string, makefile: string, flags: string[]]>([
  ["no Makefile's", "", []],
  [
    "what it needs",
    "test:\n\tgo test -v -cover -p 1 -short -tags=integration ./...\n",
    ["-p=1", "-short", "-tags=integration"],
  ],
  [
    "those after others, on two lines",
    "test: db\n\t@docker compose up -d\n\tgo test \\\n\t-p 1 ./...\n",
    ["-p=1"],
  ],
  ["none of variables", "test:\n\tgo test -tags $(TAGS) ./...\n", []],
  ["none of another target", "test: unit\nunit:\n\tgo test -short ./...\n", []],
])("starts Go's tests with %s flags", async (_what, makefile, flags) => {
  const files = { "go.mod": "module x\n", "a_test.go": "", ...(makefile !== "" && { Makefile: makefile }) };
  const { suites, advice } = await detectIn(detectGo, files);
  expect(suites).toEqual({ api: ["go test -count=1", ...flags, "./..."].join(" ") });
  expect(advice.join()).toContain(["-count=1", ...flags, "./..."].map((word) => `"${word}"`).join(","));
});

test("finds no suite in a Go module without test files", async () => {
  expect((await detectIn(detectGo, { "go.mod": "module x\n", "a.go": "" })).suites).toEqual({});
});

const sqlx = "sqlx migrate run";

test.each<[what: string, manifest: string, files: Record<string, string>, setup: string[]]>([
  ["sqlx", 'sqlx = "0.8"\n', { "migrations/1_a.sql": "" }, [sqlx]],
  [
    "sqlx in a table of its own",
    '[dependencies.sqlx]\nversion = "0.8"\n',
    { "migrations/1_a.sql": "" },
    [sqlx],
  ],
  [
    "sqlx of the workspace",
    "sqlx.workspace = true\n",
    { "db/migrations/1_a.sql": "" },
    [`${sqlx} --source db/migrations`],
  ],
  ["diesel", '[dependencies]\ndiesel = "2"\n', { "migrations/1/up.sql": "" }, ["diesel migration run"]],
  [
    "diesel elsewhere",
    '[dependencies]\ndiesel = "2"\n',
    { "crates/db/migrations/1/up.sql": "" },
    ["diesel migration run --migration-dir crates/db/migrations"],
  ],
  ["only a relative of diesel", 'diesel_migrations = "2"\n', { "migrations/1/up.sql": "" }, []],
  ["sqlx without migrations", 'sqlx = "0.8"\n', {}, []],
])("migrates a Cargo project with %s", async (_what, manifest, files, setup) => {
  expect((await detectIn(detectRust, { "Cargo.toml": manifest, ...files })).setup).toEqual(setup);
});

test.each<[what: string, source: string, isFound: boolean]>([
  ["a plain test", "#[test]\nfn a() {}", true],
  ["an asynchronous test", '#[tokio::test(flavor = "multi_thread")]', true],
  ["a test of sqlx", "#[sqlx::test]", true],
  ["a module of tests", "#[cfg(test)]\nmod tests;", true],
  ["something else", "#[test_helper]\n#[cfg(not(test))]", false],
])("looks for tests in the sources of a crate: %s", async (_what, source, isFound) => {
  const { suites } = await detectIn(detectRust, { "Cargo.toml": "[package]\n", "src/lib.rs": source });
  expect(suites).toEqual(isFound ? { api: "cargo test --workspace --no-fail-fast" } : {});
});

test.each<[what: string, config: string, path: string | undefined]>([
  ["a profile with a report", '[profile.ci.junit]\npath = "a.xml"\n', "target/nextest/ci/a.xml"],
  ["the default profile", '[profile.default.junit]\npath = "b.xml"\n', "target/nextest/default/b.xml"],
  ["a report without a path", "[profile.ci.junit]\nstore-success-output = true\n", undefined],
  ["a path of another section", '[profile.ci.junit]\n[profile.ci.archive]\npath = "c"\n', undefined],
  ["no report", "[profile.ci]\nretries = 2\n", undefined],
])("uses nextest if it writes a report: %s", async (_what, config, path) => {
  const files = { "Cargo.toml": "[package]\n", "tests/a.rs": "", ".config/nextest.toml": config };
  const { reports } = await detectIn(detectRust, files);
  expect(reports.api).toEqual(path === undefined ? { format: "exit-code" } : { format: "junit", path });
});

const gradle = "--no-daemon --no-build-cache --continue cleanTest test";

test.each<[what: string, files: Record<string, string>, api: string | undefined, path?: string]>([
  [
    "Maven without a wrapper",
    { "pom.xml": "<project/>", "src/test/java/A.java": "" },
    "mvn -B -ntp test",
    "target/surefire-reports/TEST-*.xml",
  ],
  [
    "Gradle of several modules",
    { "settings.gradle.kts": "", "app/build.gradle.kts": "", "app/src/test/kotlin/A.kt": "" },
    `gradle ${gradle}`,
    "**/build/test-results/test/TEST-*.xml",
  ],
  [
    "Gradle in Groovy, with a wrapper",
    { "build.gradle": "", gradlew: "", "src/test/groovy/A.groovy": "" },
    `./gradlew ${gradle}`,
    "build/test-results/test/TEST-*.xml",
  ],
  [
    "Maven where both could build",
    { "pom.xml": "", "build.gradle": "", "src/test/scala/A.scala": "" },
    "mvn -B -ntp test",
    "target/surefire-reports/TEST-*.xml",
  ],
  ["no tests", { "pom.xml": "", "src/main/java/A.java": "", "src/latest/java/A.java": "" }, undefined],
])("runs the tests of a JVM project: %s", async (_what, files, api, path) => {
  const { suites, reports } = await detectIn(detectJvm, files);
  expect(suites.api).toBe(api);
  expect(reports.api).toEqual(path === undefined ? undefined : { format: "junit", path });
});

test.each([
  [{ "pom.xml": "flyway-maven-plugin" }, ["mvn -B -ntp flyway:migrate"], []],
  [{ "build.gradle": "", "flyway.toml": "" }, ["flyway migrate"], ["flyway must be installed."]],
  [{ "build.gradle": "", "conf/flyway.conf": "" }, ["flyway migrate"], ["flyway must be installed."]],
])("migrates %j with flyway, which finds the branch in variables", async (files, setup, advice) => {
  expect(await detectIn(detectJvm, files)).toMatchObject({
    setup,
    advice,
    env: { FLYWAY_URL: "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE", FLYWAY_PASSWORD: "$PGPASSWORD" },
  });
});
