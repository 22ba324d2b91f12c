import { existsSync, lstatSync } from "node:fs";
import { delimiter, isAbsolute, join, relative, resolve } from "node:path";
import { listCheckouts } from "../../experiments/code/checkouts.ts";
import type { ExperimentCode } from "../../experiments/code/worktrees.ts";
import { listGit } from "../../git/changes/unsaved-files.ts";
import { CoreError } from "../../utils/core-error.ts";
import { findForeignBuild } from "./build-files.ts";
import { type CodeBoundary, type ForeignReference, findFirstForeign } from "./code-boundary.ts";
import { findForeignPackage } from "./node-packages.ts";
import { findForeignPath, findForeignText } from "./paths-in-text.ts";
import { findForeignImport } from "./python-packages.ts";

/** A command that is about to run. */
export interface CheckedCommand {
  /** The program and its arguments, as they will be run. */
  argv: readonly string[];
  /** Its working directory. Absolute. */
  directory: string;
  environment: Readonly<Record<string, string>>;
  /** What the plan shares through links; relative to where the experiment's commands run. */
  linked?: readonly string[] | undefined;
  /** What the plan copies from the main checkout; relative in the same way. */
  copied?: readonly string[] | undefined;
  /** A setup uses no modules of the design, so only what its command says is checked. */
  isSetup?: boolean;
}

/** Variables that tell a language where its modules are. Relative parts stay in the worktree. */
const pathVariables = ["PYTHONPATH", "NODE_PATH", "RUBYLIB", "PERL5LIB", "CLASSPATH"];

/** Variables with options or the path of a configuration, through which a tool loads code. */
const optionVariables = [
  "NODE_OPTIONS",
  "PYTEST_ADDOPTS",
  "RUBYOPT",
  "PERL5OPT",
  "GOFLAGS",
  "JAVA_TOOL_OPTIONS",
  "MAVEN_ARGS",
  "GRADLE_OPTS",
  "MAKEFLAGS",
  "BUNDLE_GEMFILE",
  "COMPOSER",
  "TS_NODE_PROJECT",
  "UV_PROJECT",
];

const listFiles = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];

/**
 * Refuses to run a command if part of its code would come from another checkout: through a link of a package manager, an
 * editable install, a link in the worktree, or a path in its command, a variable or one of its files.
 * @throws CoreError `code_outside`, which names what leads there; `git_unreadable` if that cannot be told
 */
export async function refuseForeignCode(
  workspace: string,
  { root, directory: folder, worktree }: ExperimentCode,
  {
    argv: [program = "", ...options],
    directory,
    environment,
    linked = [],
    copied = [],
    isSetup,
  }: CheckedCommand,
): Promise<void> {
  if (worktree === undefined) return;
  const checkouts = await listCheckouts(workspace);
  const place = { root, directory, checkouts, environment };
  const inText = isSetup === true ? undefined : findForeignText(place, copied);
  // Where something else is found first, nobody asks for it.
  inText?.catch(() => {});
  const shared = linked.map((name) => relative(root, join(folder, name)));
  const files = (await listGit(root, listFiles)).filter((file) => !shared.includes(file));
  const boundary = { ...place, files };
  const inCommand =
    (await findForeignVariable(boundary)) ??
    (await findForeignProgram(boundary, program)) ??
    (await findForeignPath(boundary, "The command", options.join("\n")));
  if (inCommand !== undefined) throw refuse(inCommand);
  if (isSetup === true) return;
  const found =
    (await findForeignLink(boundary)) ??
    (await findForeignPackage(boundary)) ??
    (await findForeignImport(boundary, program)) ??
    (await findForeignBuild(boundary)) ??
    (await inText);
  if (found !== undefined) throw refuse(found);
}

function refuse({ link, target }: ForeignReference): CoreError {
  const what = `${link} leads to ${target}, which is outside the experiment's worktree: code other than its own would be tested`;
  return new CoreError("code_outside", what, {
    hint: 'Name paths relative to the worktree. Install in each worktree: set worktrees.prepare in plan.json to the command, such as ["npm", "ci"], and make suites use what it installs.',
  });
}

async function findForeignVariable(boundary: CodeBoundary): Promise<ForeignReference | undefined> {
  const references = pathVariables.flatMap((name) =>
    (boundary.environment[name] ?? "")
      .split(delimiter)
      .filter((path) => path !== "")
      .map((path) => ({ link: `The variable ${name}`, path: resolve(boundary.directory, path) })),
  );
  const found = await findFirstForeign(boundary, references);
  if (found !== undefined) return found;
  for (const name of optionVariables) {
    const value = boundary.environment[name] ?? "";
    const foreign = await findForeignPath(boundary, `The variable ${name}`, value);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** A program of a virtual environment is judged by where that environment leads. */
async function findForeignProgram(
  boundary: CodeBoundary,
  program: string,
): Promise<ForeignReference | undefined> {
  if (!isAbsolute(program) || existsSync(join(program, "../../pyvenv.cfg"))) return undefined;
  return findFirstForeign(boundary, [{ link: "The command", path: program }]);
}

async function findForeignLink(boundary: CodeBoundary): Promise<ForeignReference | undefined> {
  for (const file of boundary.files) {
    const path = join(boundary.root, file);
    if (!isLink(path)) continue;
    const foreign = await findFirstForeign(boundary, [{ link: path, path }]);
    if (foreign !== undefined) return foreign;
  }
  return undefined;
}

/** Synchronous, which takes a fifth of the time: a repository may have tens of thousands of files. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}
