import {
  adviseOnReport,
  type Detection,
  exitCode,
  type FoundStep,
  type FoundSuite,
  junit,
  nothing,
} from "../detection.ts";
import type { Folder } from "../folder.ts";

/** Detects Cargo packages and workspaces, with nextest if it is configured to write a report, or else cargo test. */
export async function detectRust(folder: Folder): Promise<Detection> {
  const manifest = await folder.read("Cargo.toml");
  if (manifest === undefined) return nothing;
  const all = (await Promise.all(listManifests(folder).map((file) => folder.read(file)))).join("\n");
  const suites = (await hasTests(folder)) ? [await findSuite(folder)] : [];
  return { suites, setup: findMigrations(folder, all), prepare: [] };
}

const listManifests = ({ files }: Folder) =>
  files.filter((file) => /(^|\/)Cargo\.toml$/.test(file)).slice(0, 50);

async function hasTests(folder: Folder): Promise<boolean> {
  const sources = folder.files.filter((file) => file.endsWith(".rs"));
  if (sources.some((file) => /(^|\/)tests\//.test(file))) return true;
  for (const file of sources.slice(0, 500))
    if (/#\[(\w+::)?test\b|#\[cfg\(test\)\]/.test((await folder.read(file)) ?? "")) return true;
  return false;
}

async function findSuite(folder: Folder): Promise<FoundSuite> {
  const config = (await folder.read(".config/nextest.toml")) ?? "";
  const [, profile, text = ""] = /^\[profile\.([\w-]+)\.junit\]([^[]*)/m.exec(config) ?? [];
  const [, path] = /^\s*path\s*=\s*"([^"]+)"/m.exec(text) ?? [];
  if (profile !== undefined && path !== undefined) {
    const command = ["cargo", "nextest", "run", "--workspace", "--profile", profile, "--no-fail-fast"];
    const report = junit(`target/nextest/${profile}/${path}`);
    return { tag: "api", suite: { command, report }, source: "nextest, .config/nextest.toml" };
  }
  return {
    tag: "api",
    suite: { command: ["cargo", "test", "--workspace", "--no-fail-fast"], report: exitCode },
    source: "cargo test, Cargo.toml",
    advice: adviseOnReport(
      "cargo test",
      'For a count per test, install cargo-nextest, write [profile.ci.junit] path = "junit.xml" into .config/nextest.toml, then command ["cargo","nextest","run","--profile","ci"] and report {"format":"junit","path":"target/nextest/ci/junit.xml"}.',
    ),
  };
}

function findMigrations({ files }: Folder, manifests: string): FoundStep[] {
  const needs = (name: string) =>
    new RegExp(`^(\\[[\\w.-]*dependencies\\.)?${name}\\b|"${name}"`, "m").test(manifests);
  const source = files
    .find((file) => /(^|\/)migrations\/.+\.sql$/.test(file))
    ?.replace(/(^|\/)migrations\/.*/, "$1migrations");
  if (source === undefined) return [];
  const place = source === "migrations" ? [] : ["--source", source];
  const from = source === "migrations" ? [] : ["--migration-dir", source];
  if (needs("sqlx"))
    return [
      {
        command: ["sqlx", "migrate", "run", ...place],
        source: `sqlx, ${source}`,
        advice: "sqlx-cli must be installed.",
      },
    ];
  if (needs("diesel"))
    return [
      {
        command: ["diesel", "migration", "run", ...from],
        source: `diesel, ${source}`,
        advice: "diesel_cli must be installed.",
      },
    ];
  return [];
}
