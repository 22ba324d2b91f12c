import { spawnSync } from "node:child_process";
import { execa } from "execa";
import { inject } from "vitest";

/** Whether this machine can give a program a terminal, with `script` from util-linux. */
export const hasTerminals = /util-linux/.test(String(spawnSync("script", ["--version"]).stdout));

/**
 * Runs the built command line on its own terminal, and types each answer when its question appears.
 * @param answers questions, each with what to type
 */
export async function runOnTerminal(
  workspace: string,
  args: string[],
  answers: [question: string, typed: string][],
): Promise<{ exitCode: number | undefined; screen: string; unanswered: string[] }> {
  const words = [process.execPath, "dist/main.js", "--workspace", workspace, ...args];
  const command = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  const child = execa("script", ["--quiet", "--return", "--flush", "--command", command, "/dev/null"], {
    env: { LAKEBASE_LOCAL_HOME: inject("localHome"), TERM: "dumb" },
    reject: false,
    timeout: 300_000,
    stdin: "pipe",
  });
  const waiting = [...answers];
  let screen = "";
  let seen = 0;
  child.stdout.on("data", (data: Buffer) => {
    screen += data.toString();
    const [next] = waiting;
    const place = next === undefined ? -1 : screen.indexOf(next[0], seen);
    if (next === undefined || place === -1) return;
    seen = place + next[0].length;
    waiting.shift();
    child.stdin.write(`${next[1]}\n`);
  });
  const { exitCode } = await child;
  return { exitCode, screen, unanswered: waiting.map(([question]) => question) };
}
