import { stripVTControlCharacters } from "node:util";
import { execaSync } from "execa";
import { describe, expect, test } from "vitest";
import { findChromium } from "../support/machine/chromium.ts";
import { isSkipped } from "../support/vitest/skip.ts";
import { type Fixture, runProject } from "./harness.ts";

/** What a runner says in the last lines that it prints. */
interface Counts {
  passed: number;
  failed: number;
}

interface Project extends Fixture {
  title: string;
  /** What the machine must have; a project is skipped without it. */
  needs?: { [program: string]: boolean };
  /** By tag, what the project as it is and the broken one come to. */
  expected: Record<string, { good: Counts; bad: Counts }>;
  /** A picture that its suites leave. */
  image?: string;
  /** The runner's own words on what passed and failed. */
  count: (log: string) => Counts;
}

const number = (pattern: RegExp) => (log: string) =>
  Number(pattern.exec(stripVTControlCharacters(log))?.[1] ?? 0);

function countBy(passed: RegExp, failed: RegExp) {
  return (log: string) => ({ passed: number(passed)(log), failed: number(failed)(log) });
}

const countNodeTests = countBy(/^ℹ pass (\d+)$/m, /^ℹ fail (\d+)$/m);

function countMavenTests(log: string): Counts {
  const lines = [...log.matchAll(/^Tests run: (\d+), Failures: (\d+),/gm)];
  const sum = (index: number) => lines.reduce((total, line) => total + Number(line[index]), 0);
  return { passed: sum(1) - sum(2), failed: sum(2) };
}

const has = (program: string, ...args: string[]) => !execaSync(program, args, { reject: false }).failed;
const hasPsql = has("psql", "--version");

const projects: Project[] = [
  {
    title: "node:test in npm workspaces",
    name: "workspaces",
    needs: { psql: hasPsql },
    breakage: ["packages/prices/prices.js", "Math.round", "Math.floor"],
    expected: {
      api: { good: { passed: 3, failed: 0 }, bad: { passed: 2, failed: 1 } },
      shop: { good: { passed: 2, failed: 0 }, bad: { passed: 2, failed: 0 } },
    },
    count: countNodeTests,
  },
  {
    title: "vitest with SQL migrations",
    name: "vitest-sql",
    breakage: ["migrations/2_stock/migration.sql", " check (stock >= 0)", ""],
    expected: {
      api: { good: { passed: 2, failed: 0 }, bad: { passed: 2, failed: 0 } },
      infra: { good: { passed: 1, failed: 0 }, bad: { passed: 0, failed: 1 } },
    },
    count: countBy(/^\s*Tests .*?(\d+) passed/m, /^\s*Tests .*?(\d+) failed/m),
  },
  {
    title: "pytest with a database for each worker",
    name: "pytest-workers",
    needs: { "python3 with pytest": has("python3", "-m", "pytest", "--version"), psql: hasPsql },
    breakage: ["shop.py", "coalesce(sum(price), 0)", "coalesce(max(price), 0)"],
    expected: { api: { good: { passed: 4, failed: 0 }, bad: { passed: 3, failed: 1 } } },
    count: countBy(/(\d+) passed/, /(\d+) failed/),
  },
  {
    title: "Go",
    name: "go-module",
    needs: { go: has("go", "version"), psql: hasPsql },
    breakage: ["shop.go", "100 - percent", "percent - 100"],
    expected: { api: { good: { passed: 1, failed: 0 }, bad: { passed: 0, failed: 1 } } },
    // Without gotestsum its exit status is counted: one package, one line.
    count: (log) => ({ passed: /^ok\s+shop/m.test(log) ? 1 : 0, failed: /^FAIL\s+shop/m.test(log) ? 1 : 0 }),
  },
  {
    title: "Maven modules with a report for each class",
    name: "maven-modules",
    needs: { javac: has("javac", "--version") },
    breakage: ["orders/src/test/java/OrdersTest.java", "SHIPPING = 5", "SHIPPING = 6"],
    expected: { api: { good: { passed: 4, failed: 0 }, bad: { passed: 3, failed: 1 } } },
    count: countMavenTests,
  },
  {
    title: "a browser",
    name: "browser",
    needs: { "a Chromium": findChromium() !== undefined },
    image: "e2e/shop.png",
    ignored: { ".env": "SHOP_TITLE=Cups\n" },
    breakage: ["server.js", "insert into visits default values", "select 1"],
    expected: { e2e: { good: { passed: 2, failed: 0 }, bad: { passed: 1, failed: 1 } } },
    count: countNodeTests,
  },
];

describe.each(projects)("$title", ({ needs = {}, expected, count, image, ...fixture }) => {
  const missing = Object.keys(needs).filter((what) => needs[what] === false);
  test.skipIf(
    isSkipped(missing.length > 0, `${fixture.title}: this machine has no ${missing.join(", no ")}`),
  )("runs with the plan that the tool creates, and has the same counts as its runner reports", async () => {
    const run = await runProject(fixture);
    const by = (which: "good" | "bad") =>
      Object.fromEntries(Object.entries(expected).map(([tag, each]) => [tag, each[which]]));
    expect(run.results).toMatchObject({
      "exp-good": { by_tag: by("good") },
      "exp-bad": { by_tag: by("bad") },
    });
    for (const slug of ["exp-good", "exp-bad"])
      for (const tag of Object.keys(expected)) {
        const counts = run.results[slug]?.by_tag[tag];
        expect([slug, tag, count(await run.readLog(slug, tag))]).toEqual([slug, tag, counts]);
      }
    expect(run.comparison).toMatchObject({ recommendation: "promote", winners: ["exp-good"] });
    if (image !== undefined)
      expect(await run.read("exp-good", image)).toMatchObject({
        content: [{ type: "text" }, { type: "image", mimeType: "image/png" }],
      });
  });
});
