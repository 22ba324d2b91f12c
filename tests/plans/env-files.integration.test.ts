import { expect, test } from "vitest";
import { findEnvFiles } from "../../src/plans/env-files.ts";
import { openProject } from "../../src/plans/folder.ts";
import { temporaryRepository } from "../support/repository.ts";
import { writeFiles } from "./project.ts";

/** Commits some files, leaves others in the checkout alone, and looks for those of the environment. */
async function find(committed: Record<string, string>, left: Record<string, string>) {
  const { directory, commit } = await temporaryRepository();
  await commit("main", committed);
  await writeFiles(directory, left);
  return findEnvFiles(directory, openProject(directory));
}

const reader = { "app.js": 'import "dotenv/config";', ".gitignore": ".env\n" };
const none = { copied: [], untracked: [] };

test("copies an ignored .env that the code reads, in subfolders too", async () => {
  const left = { ".env": "STRIPE_KEY=x\n", "packages/web/.env": "export API_KEY=x\n" };
  expect(await find(reader, left)).toEqual({ copied: [".env", "packages/web/.env"], untracked: [] });
});

test.each<[what: string, committed: Record<string, string>, left: Record<string, string>]>([
  ["that nothing reads", { "app.js": "process.env.KEY", ".gitignore": ".env" }, { ".env": "KEY=x" }],
  ["that has only what a branch gives", reader, { ".env": "DATABASE_URL=x\nDB_HOST=y\nPORT=1\n" }],
  ["that is committed", { "app.js": 'import "dotenv"', ".env": "KEY=x" }, {}],
])("does not copy a .env %s", async (_what, committed, left) => {
  expect(await find(committed, left)).toEqual(none);
});

test("copies a file that a script names as --env-file, whatever it contains", async () => {
  const scripts = {
    "package.json": '{"scripts":{"test":"node --env-file=.env --test"}}',
    ".gitignore": ".env",
  };
  expect(await find(scripts, { ".env": "DATABASE_URL=x\n" })).toEqual({ copied: [".env"], untracked: [] });
});

test("mentions a .env that git does not ignore, without copying it", async () => {
  expect(await find({ "app.js": 'import "dotenv"' }, { ".env": "KEY=x" })).toEqual({
    ...none,
    untracked: [".env"],
  });
});
