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
import { adaptToFolder, findTools, type Tools } from "./python-tools.ts";
import { findUnittestArguments } from "./python-unittest.ts";
import { splitByFolder } from "./split-by-folder.ts";

/** The files in which a project declares its dependencies and tools. */
const manifests =
  /^(pyproject\.toml|setup\.(py|cfg)|tox\.ini|pytest\.ini|conftest\.py|Pipfile|((dev|tests?)-)?requirements[^/]*\.(txt|in)|requirements\/[^/]+\.txt)$/;

const testFile = /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/;

/** Options of pytest that measure coverage: the report does not show that it was too low. */
const coverage = /\baddopts\s*=\s*(?:"""[^"]*?|\[[^\]]*?|[^\n]*(?:\n[ \t]+[^\n]+)*?)--cov\b/;

/** Detects Python projects with pytest, or else Django's or unittest's own runner. */
export async function detectPython(folder: Folder): Promise<Detection> {
  const files = folder.files.filter((file) => manifests.test(file));
  if (files.length === 0 && !folder.has("manage.py")) return nothing;
  const manifest = (await Promise.all(files.map((file) => folder.read(file)))).join("\n");
  const tools = findTools(folder, manifest);
  return {
    suites: findSuites(folder, manifest, tools),
    setup: await findMigrations(folder, manifest, tools),
    prepare: tools.prepare,
    ...(tools.env !== undefined && { env: tools.env }),
  };
}

/** True if a manifest mentions a package. */
function requiresPackage(manifest: string, name: string): boolean {
  return new RegExp(`(^|["'\\s,])${name}(?=$|[\\s"'\\[=<>~!;,])`, "im").test(manifest);
}

function findSuites(folder: Folder, manifest: string, { run, python }: Tools): FoundSuite[] {
  const testFiles = folder.files.filter((file) => testFile.test(file));
  const usesPytest =
    requiresPackage(manifest, "pytest") ||
    requiresPackage(manifest, "pytest-django") ||
    /\[(tool[.:]pytest|pytest\])/.test(manifest) ||
    folder.files.some((file) => /(^|\/)(pytest\.ini|conftest\.py)$/.test(file));
  if (usesPytest) {
    const home = findHome(folder, testFiles);
    const uncovered = coverage.test(manifest) ? ["--no-cov"] : [];
    const report = "--junitxml=$ARTIFACTS_DIR/junit.xml";
    const command = [...adaptToFolder(home, run), "pytest", report, ...uncovered];
    const suite = { command, report: junit(), ...(home !== "" && { cwd: home }) };
    const inHome = testFiles.map((file) => (home === "" ? file : file.slice(home.length + 1)));
    return splitByFolder({ tag: "api", suite, source: "pytest" }, inHome);
  }
  if (testFiles.length === 0) return [];
  const django = findDjango(folder, manifest);
  if (django !== undefined) {
    const command = [...adaptToFolder(django, python), "manage.py", "test", "--noinput"];
    const suite = { command, report: exitCode, ...(django !== "" && { cwd: django }) };
    const remedy = "For a count per test, add pytest-django and run pytest --junitxml.";
    return [
      { tag: "api", suite, source: "manage.py test", advice: adviseOnReport("manage.py test", remedy) },
    ];
  }
  const command = [...python, "-m", "unittest", ...findUnittestArguments(folder.files, testFiles)];
  const remedy = "For a count per test, add pytest, which runs the same tests, and --junitxml.";
  const advice = adviseOnReport("unittest", remedy);
  return [{ tag: "api", suite: { command, report: exitCode }, source: "unittest", advice }];
}

/** Finds the folder of Django's manage.py, which runs only there; undefined if there is none. */
function findDjango({ files, has }: Folder, manifest: string): string | undefined {
  if (has("manage.py")) return "";
  const found = requiresPackage(manifest, "django")
    ? files.find((file) => /^([^/]+\/){1,2}manage\.py$/.test(file))
    : undefined;
  return found?.replace(/\/manage\.py$/, "");
}

/**
 * Finds the workspace package that contains all tests, which must run in its folder; empty if it is the project itself.
 */
function findHome({ files }: Folder, testFiles: readonly string[]): string {
  if (testFiles.length === 0) return "";
  const homes = files.flatMap((file) => /^(.+)\/pyproject\.toml$/.exec(file)?.[1] ?? []);
  return homes.find((home) => testFiles.every((file) => file.startsWith(`${home}/`))) ?? "";
}

async function findMigrations(
  folder: Folder,
  manifest: string,
  { run, python }: Tools,
): Promise<FoundStep[]> {
  const django = findDjango(folder, manifest);
  if (django !== undefined) {
    const command = [...adaptToFolder(django, python), "manage.py", "migrate", "--noinput"];
    return [{ command, ...(django !== "" && { cwd: django }), source: "Django, manage.py" }];
  }
  const ini = folder.files.find((file) => /(^|\/)alembic\.ini$/.test(file));
  if (ini !== undefined || requiresPackage(manifest, "alembic")) {
    // The paths in alembic.ini are relative to the folder it runs in.
    const cwd = ini?.split("/").slice(0, -1).join("/") ?? "";
    const command = [...adaptToFolder(cwd, run), "alembic", "upgrade", "head"];
    const advice = await adviseOnUrl(folder, ini);
    return [{ command, ...(cwd !== "" && { cwd }), source: "alembic", advice }];
  }
  return [];
}

/** Finds what keeps alembic from its branch: a fixed URL, or a % in it that its ini file's syntax does not allow. */
async function adviseOnUrl({ files, read }: Folder, ini: string | undefined): Promise<string | undefined> {
  const text = ini === undefined ? undefined : await read(ini);
  const isFixed = /^sqlalchemy\.url[ \t]*=[ \t]*\S/m.test(text ?? "");
  const scripts = files.filter((file) => /(^|\/)env\.py$/.test(file));
  const found = await Promise.all(scripts.map(async (file) => ({ file, code: (await read(file)) ?? "" })));
  const strict = found.find(
    ({ code }) => /set_main_option\(\s*["']sqlalchemy\.url["']/.test(code) && !code.includes("%%"),
  );
  if (strict !== undefined)
    return `In ${strict.file}, set_main_option fails at a % in DATABASE_URL, such as in an email address: give it the URL with .replace("%", "%%").`;
  const isReplaced = found.some(({ code }) => /environ|getenv|set_main_option|settings/i.test(code));
  return isFixed && !isReplaced
    ? `${ini} has a fixed sqlalchemy.url: have its env.py set it to DATABASE_URL.`
    : undefined;
}
