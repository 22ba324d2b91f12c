import { detectProject } from "../../src/plans/detect-project.ts";
import { makeProject } from "./project.ts";

/** Detects what is in files: the suites by tag, the steps, and the advice. */
export async function detect(files: Record<string, unknown>) {
  const { suites, setup, prepare, env } = await detectProject(await makeProject(files));
  return {
    suites: Object.fromEntries(suites.map(({ tag, suite }) => [tag, suite])),
    setup: setup.map(({ command, cwd }) => (cwd === undefined ? command : { command, cwd })),
    prepare: prepare.map(({ command, cwd }) => (cwd === undefined ? command : { command, cwd })),
    env,
    advice: suites.flatMap(({ advice }) => advice ?? []),
  };
}

/** The reports and commands of many plans. */
export const junit = (path = "junit.xml") => ({ format: "junit", path });
export const exitCode = { format: "exit-code" };
export const venv = [".venv/bin/python", "-m"];
