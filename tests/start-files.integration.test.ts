import { writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { execa } from "execa";
import { expect, test } from "vitest";
import * as z from "zod";
import { temporaryFolder } from "./support/machine/temporary.ts";

/** Runs a command in an empty workspace and lists the program's files that it loaded. */
async function listLoaded(...command: string[]): Promise<string[]> {
  const workspace = await temporaryFolder();
  const list = join(workspace, "list.cjs");
  await writeFile(list, 'process.on("exit", () => console.log(JSON.stringify(Object.keys(require.cache))));');
  const args = ["--require", list, "dist/main.js", "--workspace", workspace, ...command];
  const { stdout } = await execa(process.execPath, args, { stdin: "ignore", reject: false });
  const paths = z.array(z.string()).parse(JSON.parse(stdout.split("\n").at(-1) ?? ""));
  return paths.map((path) => basename(path));
}

const isServer = (file: string) => file.startsWith("server-");

test("only the server loads the server, and not every process of a run", async () => {
  expect((await listLoaded("serve")).filter(isServer)).toHaveLength(1);
  for (const command of ["worker", "watchdog"]) {
    const loaded = await listLoaded(command, "run-20260101T000000-0123abcd");
    expect(loaded.some((file) => file.startsWith("core-"))).toBe(true);
    expect(loaded.filter(isServer)).toEqual([]);
  }
});
