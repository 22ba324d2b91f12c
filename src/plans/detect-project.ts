import { detectDeno } from "./detect/deno.ts";
import { detectGo } from "./detect/go.ts";
import { detectJvm } from "./detect/jvm.ts";
import { detectMake } from "./detect/make.ts";
import { detectNode } from "./detect/node.ts";
import { detectPhp } from "./detect/php.ts";
import { detectPython } from "./detect/python.ts";
import { detectRuby } from "./detect/ruby.ts";
import { detectRust } from "./detect/rust.ts";
import type { Detection, FoundStep, FoundSuite } from "./detection.ts";
import type { Folder } from "./folder.ts";

/** A kind of project, and the files that identify its folder. */
interface Kind {
  detect: (folder: Folder) => Promise<Detection>;
  manifest: RegExp;
  /** Whether a top-level project may have its suites in packages below and only start them. */
  mayDelegate?: boolean;
}

const kinds: readonly Kind[] = [
  { detect: detectNode, manifest: /^package\.json$/, mayDelegate: true },
  { detect: detectDeno, manifest: /^deno\.jsonc?$/ },
  {
    detect: detectPython,
    manifest: /^(pyproject\.toml|setup\.py|requirements\.txt|manage\.py|Pipfile|pytest\.ini)$/,
  },
  { detect: detectGo, manifest: /^go\.mod$/ },
  { detect: detectRust, manifest: /^Cargo\.toml$/ },
  { detect: detectJvm, manifest: /^(pom\.xml|(build|settings)\.gradle(\.kts)?)$/ },
  { detect: detectRuby, manifest: /^Gemfile$/ },
  { detect: detectPhp, manifest: /^(composer\.json|phpunit(\.dist)?\.xml|phpunit\.xml\.dist)$/ },
];

/** How deep below the top folder to look for further projects, and how many to consider. */
const deepest = 2;
const mostFolders = 12;

/** Detects what a project has, of all kinds, at its top and in subfolders. Suite names are unique. */
export async function detectProject(project: Folder): Promise<Detection> {
  const found = await Promise.all(kinds.map((kind) => detectKind(project, kind)));
  const made = await detectMake(project);
  const all = mergeDetections(found.flat());
  return {
    ...all,
    suites: nameSuites(all.suites.length > 0 ? all.suites : made.suites),
    setup: all.setup.length > 0 ? all.setup : made.setup,
  };
}

/** A top-level project that has suites covers everything below it. */
async function detectKind(
  project: Folder,
  { detect, manifest, mayDelegate = false }: Kind,
): Promise<Detection[]> {
  const top = await detect(project);
  const isWhole = mayDelegate ? top.suites.some(({ advice }) => advice === undefined) : top.suites.length > 0;
  if (isWhole) return [top];
  const folders = project.files
    .filter((file) => manifest.test(file.split("/").at(-1) ?? ""))
    .map((file) => file.split("/").slice(0, -1).join("/"))
    .filter((folder) => folder !== "" && folder.split("/").length <= deepest);
  const unique = [...new Set(folders)].slice(0, mostFolders);
  const found = await Promise.all(
    unique.map(async (path) => ({ path, detection: placeIn(path, await detect(project.enter(path))) })),
  );
  const whole = found.filter(({ detection }) => detection.suites.length > 0);
  const below = found
    .filter(({ path }) => !whole.some((other) => path.startsWith(`${other.path}/`)))
    .map(({ detection }) => detection);
  const counted = below.filter(({ suites }) => suites.length > 0);
  // One install at the top covers the packages that it manages.
  const isManaged = top.prepare.length > 0;
  const placed = below.map((each) => (isManaged ? { ...each, prepare: [] } : each));
  return counted.length > 0 ? [{ ...top, suites: [] }, ...placed] : [top];
}

function placeIn(path: string, { suites, setup, prepare, env }: Detection): Detection {
  const place = <Found extends { source: string }>(found: Found) => ({
    ...found,
    source: `${found.source} in ${path}`,
  });
  const below = (cwd?: string) => (cwd === undefined ? path : `${path}/${cwd}`);
  return {
    suites: suites.map((each) => ({ ...place(each), suite: { ...each.suite, cwd: below(each.suite.cwd) } })),
    setup: setup.map((step) => ({ ...place(step), cwd: below(step.cwd) })),
    prepare: prepare.map((step) => ({ ...place(step), cwd: below(step.cwd) })),
    ...(env !== undefined && { env }),
  };
}

function mergeDetections(found: readonly Detection[]): Detection {
  const env = Object.assign({}, ...found.map((each) => each.env));
  return {
    suites: found.flatMap(({ suites }) => suites),
    setup: uniqueSteps(found.flatMap(({ setup }) => setup)),
    prepare: uniqueSteps(found.flatMap(({ prepare }) => prepare)),
    ...(Object.keys(env).length > 0 && { env }),
  };
}

function uniqueSteps(steps: FoundStep[]): FoundStep[] {
  const key = ({ command, cwd }: FoundStep) => JSON.stringify([command, cwd]);
  return steps.filter((step, index) => steps.findIndex((each) => key(each) === key(step)) === index);
}

/** Renames suites with the same name, by their folders or else by number. */
function nameSuites(suites: readonly FoundSuite[]): FoundSuite[] {
  const taken = new Set<string>();
  return suites.map((found) => {
    const folder = found.suite.cwd
      ?.split("/")
      .at(-1)
      ?.toLowerCase()
      .replace(/[^a-z0-9_-]/g, "-")
      .replace(/^[^a-z]+/, "");
    const choices = [
      found.tag,
      ...(folder ? [folder.slice(0, 32), `${found.tag}-${folder}`.slice(0, 32)] : []),
    ];
    const tag =
      choices.find((choice) => !taken.has(choice) && choice !== "setup" && choice !== "prepare") ??
      addNumber(found.tag, taken);
    taken.add(tag);
    return { ...found, tag };
  });
}

function addNumber(tag: string, taken: ReadonlySet<string>): string {
  const numbered = (number: number): string => {
    const name = `${tag.slice(0, 28)}-${number}`;
    return taken.has(name) ? numbered(number + 1) : name;
  };
  return numbered(2);
}
