import { expect, test } from "vitest";
import { detectPhp } from "../../../src/plans/detect/php.ts";
import { detectRuby } from "../../../src/plans/detect/ruby.ts";
import { detectIn } from "./detected.ts";

test.each<[what: string, files: Record<string, string>, api: string | undefined, advice?: string]>([
  ["RSpec without a report", { "spec/a_spec.rb": "" }, "bundle exec rspec", "rspec_junit_formatter"],
  ["minitest", { "test/a_test.rb": "" }, "bundle exec rake test", "minitest-reporters"],
  [
    "minitest on Rails",
    { "bin/rails": "", "test/models/a_test.rb": "" },
    "bin/rails test",
    "minitest-reporters",
  ],
  ["RSpec where both could run", { "spec/a_spec.rb": "", "test/a_test.rb": "" }, "bundle exec rspec"],
  ["no tests", { "lib/a.rb": "", "testing/a_test.rb": "" }, undefined],
])("runs the tests of a Ruby project: %s", async (_what, files, api, advice = "") => {
  const found = await detectIn(detectRuby, { Gemfile: 'source "x"\n', ...files });
  expect(found.suites.api).toBe(api);
  expect(found.advice.join()).toContain(advice);
});

test("takes the formatter of RSpec from the lock file too", async () => {
  const files = { Gemfile: "", "Gemfile.lock": "    rspec_junit_formatter (0.6.0)\n", "spec/a_spec.rb": "" };
  const { reports, advice } = await detectIn(detectRuby, files);
  expect(reports.api).toEqual({ format: "junit", path: "junit.xml" });
  expect(advice).toEqual([]);
});

test("migrates Rails in its test environment, and no other Ruby project", async () => {
  const rails = await detectIn(detectRuby, { Gemfile: "", "bin/rails": "" });
  expect(rails).toMatchObject({ setup: ["bin/rails db:migrate"], env: { RAILS_ENV: "test" }, suites: {} });
  const plain = await detectIn(detectRuby, { Gemfile: "", Rakefile: "" });
  expect(plain).toMatchObject({ setup: [], env: undefined, prepare: ["bundle install"] });
});

test.each<[what: string, files: Record<string, string>, api: string | undefined]>([
  ["the usual configuration", { "phpunit.xml": "" }, "phpunit"],
  ["the distributed configuration", { "phpunit.xml.dist": "" }, "phpunit"],
  ["the newer name of that", { "phpunit.dist.xml": "" }, "phpunit"],
  [
    "PHPUnit as a dependency",
    { "composer.json": '{"require-dev":{"phpunit/phpunit":"^11"}}', "tests/ATest.php": "" },
    "vendor/bin/phpunit",
  ],
  [
    "Pest",
    { "composer.json": '{"require-dev":{"pestphp/pest":"^3"}}', "phpunit.xml": "" },
    "vendor/bin/pest",
  ],
  ["no tests", { "composer.json": "{}", "src/Contest.php": "" }, undefined],
])("runs the tests of a PHP project: %s", async (_what, files, program) => {
  const { suites } = await detectIn(detectPhp, files);
  expect(suites.api).toBe(program && `${program} --log-junit $ARTIFACTS_DIR/junit.xml`);
});

test("migrates with Doctrine where it is installed, and gives Laravel its kind of database", async () => {
  const doctrine = { "composer.json": '{"require":{"doctrine/doctrine-migrations-bundle":"3"}}' };
  expect(await detectIn(detectPhp, doctrine)).toMatchObject({
    setup: ["php bin/console doctrine:migrations:migrate --no-interaction"],
    prepare: ["composer install"],
    env: undefined,
  });
  expect((await detectIn(detectPhp, { "composer.json": "{}", artisan: "" })).env).toEqual({
    DB_CONNECTION: "pgsql",
  });
});
