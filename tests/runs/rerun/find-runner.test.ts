import { expect, test } from "vitest";
import { findRunner } from "../../../src/runs/rerun/find-runner.ts";

test.each([
  ["vitest run", "vitest", 1],
  ["npx vitest run", "vitest", 2],
  ["npx -y vitest@4.1.12 run", "vitest", 3],
  ["pnpm exec vitest run", "vitest", 3],
  ["npm exec -- vitest run", "vitest", 4],
  ["node_modules/.bin/vitest run", "vitest", 1],
  ["node --experimental-vm-modules node_modules/jest/bin/jest.js --ci", "jest", 3],
  ["yarn jest", "jest", 2],
  ["pytest -q tests", "pytest", 1],
  ["uv run pytest", "pytest", 3],
  ["/usr/bin/python3.12 -m pytest -q", "pytest", 3],
  ["go test ./...", "go", 2],
  ["gotestsum --junitfile x -- ./...", "gotestsum", 1],
  ["go tool gotestsum -- ./...", "gotestsum", 3],
  ["npx playwright test", "playwright", 3],
])('finds in "%s" the runner %s', (command, runner, end) => {
  const argv = command.split(" ");
  expect(findRunner(argv)).toEqual({ runner, before: argv.slice(0, end), after: argv.slice(end) });
});

test.each([
  "npm test",
  "npm run vitest",
  "sh -c vitest",
  "make test",
  "node --test",
  "go build ./...",
  "npx playwright install",
  "docker run shop pytest",
  "npx -p vitest sh -c vitest",
  "env -C shop vitest",
  "node --require jest cli.js",
  "uv run --with pytest sh",
])('finds no runner in "%s"', (command) => {
  expect(findRunner(command.split(" "))).toBeUndefined();
});
