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
import { splitByFolder } from "./split-by-folder.ts";

/** The files in which a project declares its dependencies and tools. */
const manifests =
  /^(pyproject\.toml|setup\.(py|cfg)|tox\.ini|pytest\.ini|conftest\.py|Pipfile|(requirements|dev-requirements)[^/]*\.(txt|in)|requirements\/[^/]+\.txt)$/;

const testFile = /(^|\/)(test_[^/]+|[^/]+_test|tests)\.py$/;

const venvPython = ".venv/bin/python";

/** How a project runs and installs its programs, depending on its lock file. */
interface Tools {
  /** The words that run a program installed by a dependency. */
  run: string[];
  python: string[];
  prepare: FoundStep[];
}

/** Detects Python projects with pytest, or else Django's or unittest's own runner. */
export async function detectPython(folder: Folder): Promise<Detection> {
  const files = folder.files.filter((file) => manifests.test(file));
  const isPython = files.length > 0 || folder.has("manage.py");
  if (!isPython) return nothing;
  const manifest = (await Promise.all(files.map((file) => folder.read(file)))).join("\n");
  const tools = findTools(folder, manifest);
  return {
    suites: findSuites(folder, manifest, tools),
    setup: findMigrations(folder, manifest, tools),
    prepare: tools.prepare,
  };
}

/** True if a manifest mentions a package. */
function needs(manifest: string, name: string): boolean {
  return new RegExp(`(^|["'\\s,])${name}(?=$|[\\s"'\\[=<>~!;,])`, "im").test(manifest);
}

function findSuites(folder: Folder, manifest: string, { run, python }: Tools): FoundSuite[] {
  const testFiles = folder.files.filter((file) => testFile.test(file));
  const usesPytest =
    needs(manifest, "pytest") ||
    needs(manifest, "pytest-django") ||
    /\[(tool\.pytest|pytest\])/.test(manifest) ||
    folder.files.some((file) => /(^|\/)(pytest\.ini|conftest\.py)$/.test(file));
  if (usesPytest) {
    const home = findHome(folder, testFiles);
    const command = [...adaptToFolder(home, run), "pytest", "--junitxml=$ARTIFACTS_DIR/junit.xml"];
    const suite = { command, report: junit(), ...(home !== "" && { cwd: home }) };
    const inHome = testFiles.map((file) => (home === "" ? file : file.slice(home.length + 1)));
    return splitByFolder({ tag: "api", suite, source: "pytest" }, inHome);
  }
  if (testFiles.length === 0) return [];
  const isDjango = folder.has("manage.py");
  const command = isDjango
    ? [...python, "manage.py", "test", "--noinput"]
    : [...python, "-m", "unittest", "-v"];
  const what = isDjango ? "manage.py test" : "unittest";
  const remedy = isDjango
    ? "For a count per test, add pytest-django and run pytest --junitxml."
    : "For a count per test, add pytest, which runs the same tests, and --junitxml.";
  const suite = { command, report: exitCode };
  return [{ tag: "api", suite, source: what, advice: adviseOnReport(what, remedy) }];
}

/**
 * Finds the workspace package that contains all tests, which must run in its folder; empty if it is the project itself.
 */
function findHome({ files }: Folder, testFiles: readonly string[]): string {
  const homes = files.flatMap((file) => /^(.+)\/pyproject\.toml$/.exec(file)?.[1] ?? []);
  return homes.find((home) => testFiles.every((file) => file.startsWith(`${home}/`))) ?? "";
}

/** Adapts a command to run in a subfolder: the path of Python is relative to the project's top folder. */
function adaptToFolder(folder: string, words: readonly string[]): string[] {
  const up = folder === "" ? "" : "../".repeat(folder.split("/").length);
  return words.map((word) => (word === venvPython ? up + word : word));
}

function findMigrations({ files, has }: Folder, manifest: string, { run, python }: Tools): FoundStep[] {
  if (has("manage.py"))
    return [{ command: [...python, "manage.py", "migrate", "--noinput"], source: "Django, manage.py" }];
  const ini = files.find((file) => /(^|\/)alembic\.ini$/.test(file));
  if (ini !== undefined || needs(manifest, "alembic")) {
    // The paths in alembic.ini are relative to the folder it runs in.
    const cwd = ini?.split("/").slice(0, -1).join("/") ?? "";
    const command = [...adaptToFolder(cwd, run), "alembic", "upgrade", "head"];
    const advice = "alembic uses sqlalchemy.url from its env.py: set it to DATABASE_URL.";
    return [{ command, ...(cwd !== "" && { cwd }), source: "alembic", advice }];
  }
  return [];
}

const locked: readonly (readonly [lock: string, runner: string, install: string[]])[] = [
  ["uv.lock", "uv", ["uv", "sync", "--frozen"]],
  ["poetry.lock", "poetry", ["poetry", "install"]],
  ["pdm.lock", "pdm", ["pdm", "sync"]],
  ["Pipfile.lock", "pipenv", ["pipenv", "sync", "--dev"]],
];

function findTools(folder: Folder, manifest: string): Tools {
  const lock = locked.find(([name]) => folder.has(name));
  if (lock !== undefined) {
    const run = [lock[1], "run"];
    const hasPackages = lock[1] === "uv" && /^\[tool\.uv\.workspace\]/m.test(manifest);
    const command = [...lock[2], ...(hasPackages ? ["--all-packages"] : [])];
    return { run, python: [...run, "python"], prepare: [{ command, source: lock[0] }] };
  }
  const install = findRequirements(folder, manifest);
  if (install.length === 0) return { run: ["python3", "-m"], python: ["python3"], prepare: [] };
  const source = install[0] === "-r" ? "requirements" : "no lock file";
  return {
    run: [venvPython, "-m"],
    python: [venvPython],
    // One per worktree: a shared one would import the main checkout's modules.
    prepare: [
      { command: ["python3", "-m", "venv", ".venv"], source },
      { command: [venvPython, "-m", "pip", "install", ...install], source },
    ],
  };
}

/** Lists what pip installs: all requirements files, or else the project itself with its test dependencies. */
function findRequirements({ files, has }: Folder, manifest: string): string[] {
  const lists = files.filter((file) => /^((dev-)?requirements[^/]*|requirements\/[^/]+)\.txt$/.test(file));
  if (lists.length > 0) return lists.flatMap((file) => ["-r", file]);
  const extra = /^\[project\.optional-dependencies\]/m.test(manifest)
    ? ["test", "tests", "dev"].find((name) => new RegExp(`^${name}\\s*=\\s*\\[`, "m").test(manifest))
    : undefined;
  const group = ["dev", "test"].find((name) =>
    new RegExp(`^\\[dependency-groups\\][^[]*^${name}\\s*=`, "ms").test(manifest),
  );
  // A manifest that only configures tools does not define a package.
  const isPackage = /^\[(project|build-system)\]/m.test(manifest) || has("setup.py");
  return [
    ...(group === undefined ? [] : ["--group", group]),
    ...(isPackage ? ["-e", extra === undefined ? "." : `.[${extra}]`] : []),
  ];
}
