import { type Detection, type FoundStep, junit, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";

/** The variables through which Flyway finds the branch. */
const flywayEnv = {
  FLYWAY_URL: "jdbc:postgresql://$PGHOST:$PGPORT/$PGDATABASE",
  FLYWAY_USER: "$PGUSER",
  FLYWAY_PASSWORD: "$PGPASSWORD",
};

/** Detects Maven and Gradle, which both write reports on their own, one file per class. */
export async function detectJvm(folder: Folder): Promise<Detection> {
  const pom = await folder.read("pom.xml");
  const [gradle] = ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"].filter(
    folder.has,
  );
  if (pom === undefined && gradle === undefined) return nothing;
  const hasTests = folder.files.some((file) =>
    /(^|\/)src\/(test|\w+Test)\w*\/(java|kotlin|groovy|scala)\//.test(file),
  );
  const built = pom === undefined ? buildWithGradle(folder, gradle ?? "") : buildWithMaven(folder, pom);
  const setup = await findFlyway(folder, pom);
  return {
    suites: hasTests ? [{ tag: "api", ...built }] : [],
    setup,
    prepare: [],
    ...(setup.length > 0 && { env: flywayEnv }),
  };
}

function buildWithMaven({ has }: Folder, pom: string) {
  const program = has("mvnw") ? "./mvnw" : "mvn";
  const hasModules = /<modules>/.test(pom);
  const command = [program, "-B", "-ntp", ...(hasModules ? ["-fae"] : []), "test"];
  const report = junit(`${hasModules ? "**/" : ""}target/surefire-reports/TEST-*.xml`);
  return { suite: { command, report }, source: "Maven, pom.xml" };
}

/**
 * A daemon would outlive the run. Without `cleanTest`, tests would not run again if nothing changed, and with a build
 * cache not even then.
 */
function buildWithGradle({ has, files }: Folder, manifest: string) {
  const program = has("gradlew") ? "./gradlew" : "gradle";
  const hasModules = files.some((file) => /\/build\.gradle(\.kts)?$/.test(file));
  const command = [program, "--no-daemon", "--no-build-cache", "--continue", "cleanTest", "test"];
  const report = junit(`${hasModules ? "**/" : ""}build/test-results/test/TEST-*.xml`);
  return { suite: { command, report }, source: `Gradle, ${manifest}` };
}

async function findFlyway(folder: Folder, pom: string | undefined): Promise<FoundStep[]> {
  if (pom?.includes("flyway-maven-plugin"))
    return [
      {
        command: [folder.has("mvnw") ? "./mvnw" : "mvn", "-B", "-ntp", "flyway:migrate"],
        source: "flyway, pom.xml",
      },
    ];
  const config = folder.files.find((file) => /^(conf\/)?flyway\.(conf|toml)$/.test(file));
  if (config === undefined) return [];
  return [
    { command: ["flyway", "migrate"], source: `flyway, ${config}`, advice: "flyway must be installed." },
  ];
}
