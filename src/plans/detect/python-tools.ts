import type { FoundStep } from "../detection.ts";
import type { Folder } from "../folder.ts";

const venvPython = ".venv/bin/python";

/** How a project runs and installs its programs, depending on its lock file. */
export interface Tools {
  /** The words that run a program installed by a dependency. */
  run: string[];
  python: string[];
  prepare: FoundStep[];
  /** Variables for the tool. */
  env?: Record<string, string>;
}

/** Adapts a command to run in a subfolder: the path of Python is relative to the project's top folder. */
export function adaptToFolder(folder: string, words: readonly string[]): string[] {
  const up = folder === "" ? "" : "../".repeat(folder.split("/").length);
  return words.map((word) => (word === venvPython ? up + word : word));
}

/** The variables keep what is installed in the worktree: elsewhere it would outlive it. */
const locked: readonly (readonly [
  lock: string,
  runner: string,
  install: string[],
  env?: Record<string, string>,
])[] = [
  ["uv.lock", "uv", ["uv", "sync", "--frozen"]],
  ["poetry.lock", "poetry", ["poetry", "install"], { POETRY_VIRTUALENVS_IN_PROJECT: "true" }],
  ["pdm.lock", "pdm", ["pdm", "sync"]],
  ["Pipfile.lock", "pipenv", ["pipenv", "sync", "--dev"], { PIPENV_VENV_IN_PROJECT: "1" }],
];

export function findTools(folder: Folder, manifest: string): Tools {
  const lock = locked.find(([name]) => folder.has(name));
  if (lock !== undefined) {
    const run = [lock[1], "run"];
    const hasPackages = lock[1] === "uv" && /^\[tool\.uv\.workspace\]/m.test(manifest);
    const command = [...lock[2], ...(hasPackages ? ["--all-packages"] : [])];
    const prepare = [{ command, source: lock[0] }];
    return { run, python: [...run, "python"], prepare, ...(lock[3] !== undefined && { env: lock[3] }) };
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

const requirements = /^(((dev|tests?)-)?requirements[^/]*|requirements\/[^/]+)\.txt$/;

/** Lists what pip installs: all requirements files, or else the project itself with its test dependencies. */
function findRequirements({ files, has }: Folder, manifest: string): string[] {
  const lists = files.filter((file) => requirements.test(file));
  if (lists.length > 0) return lists.flatMap((file) => ["-r", file]);
  const extra = findKey(manifest, "project.optional-dependencies", ["test", "tests", "dev"]);
  const group = findKey(manifest, "dependency-groups", ["dev", "test"]);
  // A manifest that only configures tools does not define a package.
  const isPackage = /^\[(project|build-system)\]/m.test(manifest) || has("setup.py");
  return [
    ...(group === undefined ? [] : ["--group", group]),
    ...(isPackage ? ["-e", extra === undefined ? "." : `.[${extra}]`] : []),
  ];
}

/** Finds the first of several keys that a table of a manifest has. The table ends where the next one begins. */
function findKey(manifest: string, table: string, keys: readonly string[]): string | undefined {
  const [, after = ""] = manifest.split(`[${table}]`);
  const [text = ""] = after.split(/^\[/m);
  return keys.find((key) => new RegExp(`^${key}\\s*=`, "m").test(text));
}
