import { type Detection, type FoundStep, junit, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";

/** Detects PHP projects with PHPUnit, or Pest, which takes the same option. */
export async function detectPhp(folder: Folder): Promise<Detection> {
  const composer = await folder.read("composer.json");
  const hasConfig = ["phpunit.xml", "phpunit.dist.xml", "phpunit.xml.dist"].some(folder.has);
  if (composer === undefined && !hasConfig) return nothing;
  const runner = composer?.includes('"pestphp/pest"') ? "pest" : "phpunit";
  const isRequired = composer?.includes('"phpunit/phpunit"') === true || runner === "pest";
  const program = isRequired ? `vendor/bin/${runner}` : runner;
  const command = [program, "--log-junit", "$ARTIFACTS_DIR/junit.xml"];
  const hasTests = hasConfig || folder.files.some((file) => /Test\.php$/.test(file));
  const source = hasConfig ? "phpunit.xml" : "composer.json";
  return {
    suites: hasTests
      ? [{ tag: "api", suite: { command, report: junit() }, source: `${runner}, ${source}` }]
      : [],
    setup: findMigrations(folder, composer ?? ""),
    prepare: composer === undefined ? [] : [{ command: ["composer", "install"], source: "composer.json" }],
    ...(folder.has("artisan") && { env: { DB_CONNECTION: "pgsql" } }),
  };
}

function findMigrations({ has }: Folder, composer: string): FoundStep[] {
  if (has("artisan"))
    return [{ command: ["php", "artisan", "migrate", "--force"], source: "Laravel, artisan" }];
  if (!composer.includes('"doctrine/doctrine-migrations-bundle"')) return [];
  const command = ["php", "bin/console", "doctrine:migrations:migrate", "--no-interaction"];
  return [{ command, source: "Doctrine, composer.json" }];
}
