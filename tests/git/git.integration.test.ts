import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { git } from "../../src/git/git.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

/** Runs a shell command as an alias of git. */
const shell = (command: string) => ["-c", `alias.x=!${command}`, "x"];

test("passes input on and returns what git prints, without the last line break", async () => {
  const folder = await temporaryFolder();
  expect(await git(folder, shell("cat; echo trouble >&2"), {}, { input: "one\ntwo\n\n" })).toEqual({
    ...{ failed: false, exitCode: 0, stdout: "one\ntwo\n", stderr: "trouble" },
  });
  const bytes = await git(folder, shell("printf '\\377\\n'"), {}, { isBinary: true });
  expect(bytes.stdout).toBe("\u00ff\n");
  expect((await git(folder, shell('printf %s "$SHOP"'), { SHOP: "Käse" })).stdout).toBe("Käse");
  // One that reads no input breaks the pipe.
  const unread = await git(folder, ["--version"], {}, { input: "x".repeat(2 ** 20) });
  expect(unread).toMatchObject({ failed: false, stdout: expect.stringContaining("git version") });
});

test("returns a failure of git itself", async () => {
  const folder = await temporaryFolder();
  expect(await git(folder, shell("echo no >&2; exit 3"))).toMatchObject({
    ...{ failed: true, exitCode: 3, stderr: "no" },
  });
  const ends = [await git(join(folder, "missing"), ["--version"]), await git(folder, ["\0"])];
  expect(ends.map(({ failed, exitCode }) => [failed, exitCode])).toEqual(ends.map(() => [true, undefined]));
});

test("takes nothing that git printed for an answer if it did not get to its end", async () => {
  const folder = await temporaryFolder();
  const stopped = (what: string) => ({ code: "git_stopped", message: what, retryable: true });
  await expect(git(folder, shell("echo some; kill -KILL $PPID"))).rejects.toMatchObject(
    stopped(`git x did not end by itself in ${folder}: it was killed by SIGKILL.`),
  );
  await expect(git(folder, shell("sleep 600"), {}, { timeout: 50 })).rejects.toMatchObject(
    stopped(`git x did not end by itself in ${folder}: it took longer than 0.05 s.`),
  );
});

test("does not wait for what a hook left running, and reads all that git printed", async () => {
  const folder = await temporaryFolder();
  const left = "sleep 3600 & echo $! > pid";
  const print = "head -c 3000000 /dev/zero | tr '\\0' x";
  const end = await git(folder, shell(`${left}; ${print}; echo trouble >&2`), {}, { timeout: 3_600_000 });
  process.kill(Number(await readFile(join(folder, "pid"), "utf8")), "SIGKILL");
  expect(end).toMatchObject({ failed: false, exitCode: 0, stderr: "trouble" });
  expect(end.stdout).toHaveLength(3_000_000);
});
