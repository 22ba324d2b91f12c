import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { onTestFinished, vi } from "vitest";
import { temporaryFolder } from "./machine/temporary.ts";

/** Kills every git command of this name until the test ends, as a machine that runs out of memory does. */
export async function killGit(command: string): Promise<void> {
  const bin = await temporaryFolder();
  const git = execFileSync("which", ["git"], { encoding: "utf8" }).trim();
  const script = `#!/bin/sh\ncase " $* " in *" ${command} "*) kill -KILL $$;; esac\nexec ${git} "$@"\n`;
  await writeFile(join(bin, "git"), script, { mode: 0o755 });
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv("PATH", `${bin}${delimiter}${process.env.PATH}`);
}
