import { adviseOnReport, type Detection, exitCode, type FoundSuite, junit, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";

/** Detects Ruby projects, including Rails, with RSpec, or else the tests of Rails or Rake. */
export async function detectRuby(folder: Folder): Promise<Detection> {
  const gemfile = await folder.read("Gemfile");
  if (gemfile === undefined) return nothing;
  const gems = `${gemfile}\n${await folder.read("Gemfile.lock")}`;
  const isRails = folder.has("bin/rails");
  const suites = folder.files.some((file) => file.endsWith("_spec.rb"))
    ? [findRspec(gems)]
    : folder.files.some((file) => /^test\/.*_test\.rb$/.test(file))
      ? [findMinitest(isRails)]
      : [];
  return {
    suites,
    setup: isRails ? [{ command: ["bin/rails", "db:migrate"], source: "Rails, bin/rails" }] : [],
    prepare: [
      { command: ["bundle", "install"], source: folder.has("Gemfile.lock") ? "Gemfile.lock" : "Gemfile" },
    ],
    ...(isRails && { env: { RAILS_ENV: "test" } }),
  };
}

function findRspec(gems: string): FoundSuite {
  if (gems.includes("rspec_junit_formatter")) {
    const formatter = ["--format", "RspecJunitFormatter", "--out", "$ARTIFACTS_DIR/junit.xml"];
    const command = ["bundle", "exec", "rspec", "--format", "progress", ...formatter];
    return { tag: "api", suite: { command, report: junit() }, source: "rspec, Gemfile" };
  }
  const remedy =
    'For a count per test, add the gem rspec_junit_formatter, then "--format", "RspecJunitFormatter", "--out", "$ARTIFACTS_DIR/junit.xml" to the command and report {"format":"junit","path":"junit.xml"}.';
  const suite = { command: ["bundle", "exec", "rspec"], report: exitCode };
  return { tag: "api", suite, source: "rspec, Gemfile", advice: adviseOnReport("rspec", remedy) };
}

function findMinitest(isRails: boolean): FoundSuite {
  const command = isRails ? ["bin/rails", "test"] : ["bundle", "exec", "rake", "test"];
  const remedy = "For a count per test, add the gem minitest-reporters with its JUnitReporter.";
  const advice = adviseOnReport("minitest", remedy);
  return { tag: "api", suite: { command, report: exitCode }, source: "minitest, test/", advice };
}
