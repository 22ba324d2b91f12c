import * as z from "zod";
import { type Detection, junit, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";
import { readPlainScript } from "./node/script.ts";

/** The fields that are read. Its files may have comments, which hardly any have: those are read as if they had no tasks. */
const configSchema = z.object({
  tasks: z.record(z.string(), z.union([z.string(), z.object({ command: z.string() })])).catch({}),
});

/** The files that `deno test` runs if it is given none. */
const testFile = /(^|\/)([^/]+[._])?test\.[cm]?[jt]sx?$/;

/** Detects Deno projects. Tests may do everything, as in a task that names no permissions they could not reach the branch. */
export async function detectDeno(folder: Folder): Promise<Detection> {
  const name = ["deno.json", "deno.jsonc"].find(folder.has);
  if (name === undefined || !folder.files.some((file) => testFile.test(file))) return nothing;
  const words = findTask((await folder.read(name)) ?? "");
  const options = words.filter((word, index) => word !== "--watch" && !isReport(word, words[index - 1]));
  const own = options.length === 0 ? ["--allow-all"] : options;
  const command = ["deno", "test", "--junit-path=$ARTIFACTS_DIR/junit.xml", ...own];
  return {
    ...nothing,
    suites: [{ tag: "api", suite: { command, report: junit() }, source: `deno test, ${name}` }],
  };
}

const isReport = (word: string, before = "") =>
  [word, before].some((each) => /^--junit-path$/.test(each)) || /^--(junit-path|coverage)(=|$)/.test(word);

/** Lists the arguments of `deno test` in the task for tests; none if it is another command, or needs a shell. */
function findTask(text: string): string[] {
  const { data } = configSchema.safeParse(parse(text));
  const task = data?.tasks.test;
  const { words = [] } = readPlainScript(typeof task === "string" ? task : (task?.command ?? "")) ?? {};
  return words[0] === "deno" && words[1] === "test" ? words.slice(2) : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
