import { expect, test } from "vitest";
import { findCalledScripts } from "../../src/plans/called-scripts.ts";

const find = async (command: string[], files: Record<string, string>) =>
  Object.fromEntries(await findCalledScripts(command, async (name) => files[name]));

const scripts = {
  test: "npm run build && run-s 'test:*' test:unit",
  pretest: "echo before",
  build: "tsc",
  "test:unit": "node --test",
  lint: "biome ci",
};
const makefile = `CC = gcc
VERSION := 1
all: build

test: build lint
\t./run-tests --all

\t./report
build:
\tcc shop.c
.PHONY: test
lint:
\tlinter
deploy:
\t./deploy
`;

test.each<[string[], Record<string, string>, Record<string, string>]>([
  [
    ["npm", "test"],
    { "package.json": JSON.stringify({ scripts }) },
    {
      "test of package.json": scripts.test,
      "pretest of package.json": "echo before",
      "build of package.json": "tsc",
      "test:unit of package.json": "node --test",
    },
  ],
  [
    ["env", "A=1", "pnpm", "run", "lint"],
    { "package.json": JSON.stringify({ scripts }) },
    { "lint of package.json": "biome ci" },
  ],
  [
    ["deno", "task", "check"],
    { "deno.json": JSON.stringify({ tasks: { check: { command: "deno test" } } }) },
    { "check of deno.json": '{"command":"deno test"}' },
  ],
  [
    ["make", "-j2", "test"],
    { Makefile: makefile },
    {
      "test of Makefile": "test: build lint\n\t./run-tests --all\n\n\t./report",
      "build of Makefile": "build:\n\tcc shop.c",
      "lint of Makefile": "lint:\n\tlinter",
    },
  ],
  [
    ["make"],
    { Makefile: makefile },
    { "all of Makefile": "all: build", "build of Makefile": "build:\n\tcc shop.c" },
  ],
  [
    ["just", "check"],
    { justfile: "set shell := ['bash']\ncheck name='x': lint\n    cargo test\nlint:\n    clippy\n" },
    { "check of justfile": "check name='x': lint\n    cargo test", "lint of justfile": "lint:\n    clippy" },
  ],
  [["tox", "-e", "py"], { "tox.ini": "[testenv]\n" }, { "tox.ini": "[testenv]\n" }],
  [["npm", "test"], { "package.json": "{" }, {}],
  [["npm", "test"], {}, {}],
  [["vitest", "run"], { "package.json": JSON.stringify({ scripts }) }, {}],
])("finds what %j calls", async (command, files, found) => {
  expect(await find(command, files)).toEqual(found);
});
