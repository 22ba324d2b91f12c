import * as z from "zod";

/** The texts of commands, by the names under which a file of the project defines them. */
type Definitions = ReadonlyMap<string, string>;

interface ScriptTool {
  program: RegExp;
  /** In the order in which the program looks for them. */
  files: readonly string[];
  read: (text: string) => Definitions;
}

/** Programs that run commands which a file of the project defines. */
const tools: readonly ScriptTool[] = [
  { program: /^(npm|pnpm|yarn|bun)$/, files: ["package.json"], read: (text) => readJson(text, "scripts") },
  { program: /^deno$/, files: ["deno.json", "deno.jsonc"], read: (text) => readJson(text, "tasks") },
  { program: /^composer$/, files: ["composer.json"], read: (text) => readJson(text, "scripts") },
  { program: /^g?make$/, files: ["GNUmakefile", "makefile", "Makefile"], read: readRules },
  { program: /^just$/, files: ["justfile", "Justfile", ".justfile"], read: readRules },
  { program: /^tox$/, files: ["tox.ini"], read: readWhole },
  { program: /^nox$/, files: ["noxfile.py"], read: readWhole },
  { program: /^rake$/, files: ["Rakefile"], read: readWhole },
  { program: /^task$/, files: ["Taskfile.yml", "Taskfile.yaml"], read: readWhole },
];

/**
 * Finds the commands of a project that another command calls by name, such as the scripts behind `npm test`, with those
 * that they call in turn.
 * @param readFile reads a file of the project; undefined if there is none
 * @returns the text of each, by what it is: `script test of package.json`
 */
export async function findCalledScripts(
  command: readonly string[],
  readFile: (name: string) => Promise<string | undefined>,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const { program, files, read } of tools) {
    const start = command.findIndex((word) => program.test(word));
    if (start === -1) continue;
    for (const file of files) {
      const text = await readFile(file);
      if (text === undefined) continue;
      const all = read(text);
      for (const name of selectCalled(all, command.slice(start + 1)))
        found.set(name === "" ? file : `${name} of ${file}`, all.get(name) ?? "");
      break;
    }
  }
  return found;
}

function selectCalled(all: Definitions, words: readonly string[]): Set<string> {
  const called = new Set<string>();
  const call = (names: readonly string[]) => {
    for (const name of names) {
      if (!all.has(name) || called.has(name)) continue;
      called.add(name);
      // npm runs these around it.
      call([`pre${name}`, `post${name}`, ...(all.get(name) ?? "").split(/[^\w:.-]+/)]);
    }
  };
  call(["", ...words]);
  const [first] = all.keys();
  if (called.size === 0 && first !== undefined) call([first]);
  return called;
}

function readJson(text: string, field: string): Definitions {
  try {
    const { [field]: texts } = z.record(z.string(), z.unknown()).parse(JSON.parse(text));
    const entries = Object.entries(z.record(z.string(), z.unknown()).parse(texts));
    return new Map(
      entries.map(([name, each]) => [name, typeof each === "string" ? each : JSON.stringify(each)]),
    );
  } catch {
    return new Map();
  }
}

/** Matches the rules of a Makefile or a justfile: a line that begins with names, and the indented lines below it. */
const rule = /^([A-Za-z][^:#\n]*):(?!=).*(?:\n(?:[ \t]+.*)?(?=\n|$))*/gm;

function readRules(text: string): Definitions {
  const rules = [...text.matchAll(rule)];
  const entries = rules.flatMap(([whole, left = ""]) =>
    left.split(/\s+/).flatMap((name): [string, string][] => (name === "" ? [] : [[name, whole.trimEnd()]])),
  );
  return new Map(entries);
}

function readWhole(text: string): Definitions {
  return new Map([["", text]]);
}
