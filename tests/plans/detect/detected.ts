import type { Detection } from "../../../src/plans/detection.ts";
import type { Folder } from "../../../src/plans/folder.ts";
import { makeProject } from "../project.ts";

/** What a plan would contain of a detection: where something has its own folder, that too. */
export async function detectIn(
  detect: (folder: Folder) => Promise<Detection>,
  files: Record<string, unknown>,
) {
  const { suites, setup, prepare, env } = await detect(await makeProject(files));
  const write = ({ command, cwd }: { command: string[]; cwd?: string | undefined }) =>
    cwd === undefined ? command.join(" ") : `${cwd}: ${command.join(" ")}`;
  return {
    suites: Object.fromEntries(suites.map(({ tag, suite }) => [tag, write(suite)])),
    reports: Object.fromEntries(suites.map(({ tag, suite: { report } }) => [tag, report])),
    setup: setup.map(write),
    prepare: prepare.map(write),
    env,
    advice: [...suites, ...setup].flatMap(({ advice }) => advice ?? []),
  };
}
