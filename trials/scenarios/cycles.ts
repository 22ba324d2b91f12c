import assert from "node:assert/strict";
import * as z from "zod";
import { carelessGreeting, greetingProject, politeGreeting } from "../projects/greeting.ts";
import type { Scenario } from "../scenario.ts";
import { comparisonSchema, cutSchema, startedSchema } from "./answers.ts";
import { readOutcomes } from "./records.ts";

const feature_id = "F9-greeting";

const testsSchema = z.object({ tests_apart: z.array(z.looseObject({ flaky_in: z.array(z.string()) })) });

/** Passes every other time, remembered in a file next to the checkout. */
const moodyGreeting = {
  "greeting.mjs": `import { existsSync, rmSync, writeFileSync } from "node:fs";
const mood = \`\${process.env.MAIN_CHECKOUT}/../mood\`;
const isGood = existsSync(mood);
if (isGood) rmSync(mood);
else writeFileSync(mood, "");
export const greet = (name = "stranger") => (isGood ? \`Hello, \${name}!\` : "Hm.");
`,
};

/** Passes, with different code. */
const lateGreeting = {
  "greeting.mjs": 'export const greet = (name) => ["Hello, ", name ?? "stranger", "!"].join("");\n',
};

/** Two designs, a third that comes late, and one that passes now and then. */
export const cycles: Scenario = {
  name: "cycles",
  goal: `The README says what a design is, and the plan of feature F9-greeting is there. Make exp-careless, which forgets strangers, and exp-moody, which greets every other time, and run them. Correct exp-careless and run again. Then add exp-late, which is right from the start, run each suite 2 times, and tell me which design to take and which one is flaky.`,
  files: greetingProject(feature_id),
  play: async ({ choose, follow, write, commit, waitForRun }) => {
    const cut = async (...slugs: string[]) => {
      const experiments = slugs.map((experiment_slug) => ({ experiment_slug }));
      return (await choose(cutSchema, "create_experiments", { feature_id, experiments })).experiments;
    };
    const run = async (how: object = {}) => {
      const { run_id } = await follow(startedSchema, "run_experiments", { feature_id, ...how });
      await waitForRun(run_id);
      return follow(comparisonSchema, "compare_experiments", { feature_id });
    };
    const put = async (code_directory: string, files: Record<string, string>) => {
      await write(code_directory, files);
      await commit(code_directory);
    };
    const first = await cut("exp-careless", "exp-moody");
    for (const { experiment_slug, code_directory } of first)
      await put(code_directory, experiment_slug === "exp-moody" ? moodyGreeting : carelessGreeting);
    assert.deepEqual((await run()).winners, []);
    for (const { experiment_slug, code_directory } of first)
      if (experiment_slug === "exp-careless") await put(code_directory, politeGreeting);
    await run();
    for (const { code_directory } of await cut("exp-late")) await put(code_directory, lateGreeting);
    const { winners } = await run({ repeat: 2 });
    assert.deepEqual([...winners].sort(), ["exp-careless", "exp-late"]);
    const { tests_apart } = await choose(testsSchema, "compare_experiments", { feature_id, detail: "tests" });
    assert.ok(tests_apart.every(({ flaky_in }) => flaky_in.includes("exp-moody")));
    await choose(z.unknown(), "compare_experiments", { feature_id, detail: "history" });
  },
  check: async ({ workspace }) => {
    for (const slug of ["exp-careless", "exp-late"])
      assert.deepEqual(await readOutcomes(workspace, feature_id, slug), { api: { passed: 2, failed: 0 } });
    const { api } = await readOutcomes(workspace, feature_id, "exp-moody");
    assert.equal(api?.passed, 0);
  },
};
