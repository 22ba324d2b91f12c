import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { execa } from "execa";

/** The tools that a coding agent brings itself: it reads and writes files and runs commands. Paths are absolute. */
export interface LocalTools {
  read: (path: string) => Promise<string>;
  write: (path: string, content: string) => Promise<void>;
  /** Returns what a command printed, and how it ended. Runs in a shell, without this process's variables. */
  run: (directory: string, command: string) => Promise<string>;
}

/** @param env the commands' environment, in addition to PATH and HOME */
export function createLocalTools(env: Record<string, string>): LocalTools {
  const { PATH, HOME } = process.env;
  return {
    read: (path) => readFile(path, "utf8"),
    write: async (path, content) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    },
    run: async (cwd, command) => {
      const options = { cwd, env: { PATH, HOME, ...env }, extendEnv: false, shell: true, all: true } as const;
      const { all, exitCode } = await execa(command, { ...options, reject: false, timeout: 120_000 });
      return exitCode === 0 ? all : `${all}\nEnded with exit code ${exitCode}.`;
    },
  };
}
