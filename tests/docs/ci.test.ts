import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { bundleErrors } from "../../schemas/error-codes/bundles.ts";
import { commands } from "../../src/cli/commands.ts";
import { parseCommandLine } from "../../src/cli/parse.ts";

const text = await readFile("docs/ci.md", "utf8");
const [github, buildkite, kubernetes, ...others] = [...text.matchAll(/```yaml\n([\s\S]*?)```/g)].map(
  ([, yaml = ""]): unknown => parse(yaml),
);

const uses = z.strictObject({
  uses: z.string().regex(/^[\w-]+\/[\w-]+@\w+$/),
  if: z.string().optional(),
  with: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
const jobSchema = z.strictObject({
  needs: z.string().optional(),
  if: z.string().optional(),
  "runs-on": z.literal("ubuntu-latest"),
  strategy: z
    .strictObject({ "fail-fast": z.literal(false), matrix: z.record(z.string(), z.array(z.string())) })
    .optional(),
  steps: z.array(z.union([z.strictObject({ run: z.string() }), uses])),
});
const githubSchema = z.strictObject({
  name: z.string(),
  on: z.literal("workflow_dispatch"),
  env: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), jobSchema),
});
const buildkiteSchema = z.strictObject({
  env: z.record(z.string(), z.string()),
  steps: z.array(
    z.strictObject({
      label: z.string(),
      key: z.string().optional(),
      depends_on: z.string().optional(),
      allow_dependency_failure: z.boolean().optional(),
      matrix: z.array(z.string()).optional(),
      commands: z.array(z.string()),
      artifact_paths: z.string().optional(),
      soft_fail: z.array(z.strictObject({ exit_status: z.number() })).optional(),
    }),
  ),
});
const named = z.looseObject({ name: z.string() });
const kubernetesSchema = z.strictObject({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata: z.strictObject({ name: z.string() }),
  spec: z.strictObject({
    completionMode: z.literal("Indexed"),
    completions: z.number(),
    parallelism: z.number(),
    backoffLimitPerIndex: z.number(),
    template: z.strictObject({
      spec: z.strictObject({
        restartPolicy: z.literal("Never"),
        containers: z.array(
          z.strictObject({
            name: z.string(),
            image: z.string(),
            envFrom: z.array(z.unknown()),
            env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
            command: z.array(z.string()),
            volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
          }),
        ),
        volumes: z.array(named),
      }),
    }),
  }),
});

it("shows a GitHub workflow whose jobs pass their bundles on", () => {
  const { jobs } = githubSchema.parse(github);
  expect(Object.keys(jobs)).toContain(jobs.compare?.needs);
  const [upload, download] = Object.values(jobs).map(
    ({ steps }) => steps.flatMap((step) => ("uses" in step && /artifact@/.test(step.uses) ? [step] : []))[0],
  );
  expect(String(upload?.with?.name)).toMatch(/^bundle-/);
  expect(download?.with).toEqual({ pattern: "bundle-*", path: "bundles" });
  // What a design that fails measured is uploaded, too.
  expect([upload?.if, jobs.compare?.if]).toEqual(["always()", "always()"]);
});

it("shows a Buildkite pipeline and a Kubernetes Job split by experiment", () => {
  const { steps } = buildkiteSchema.parse(buildkite);
  expect(steps.map(({ key }) => key)).toContain(steps[1]?.depends_on);
  const { spec } = kubernetesSchema.parse(kubernetes);
  const [container] = spec.template.spec.containers;
  const experiments = container?.env.find(({ name }) => name === "EXPERIMENTS")?.value.split(" ");
  expect(experiments).toHaveLength(spec.completions);
  expect(spec.template.spec.volumes.map(({ name }) => name)).toEqual(
    container?.volumeMounts.map(({ name }) => name),
  );
  expect(others).toEqual([]);
});

it("uses only existing commands and options", () => {
  const lines = [...text.matchAll(/^(?:\s*- (?:run: )?|\s*)(?:npx )?(lakebase-experiments .*)$/gm)].map(
    ([, line = ""]) => line.replace(/ (#|>|\|\|) ?.*$|>> .*$/, "").trim(),
  );
  const called = lines.map((line) => {
    const words = line
      .replace(/\$\{\{.*?\}\}/g, "VALUE")
      .split(/\s+/)
      .map((word) => word.replace(/"/g, ""));
    return parseCommandLine(commands, words.slice(1));
  });
  const parts = ["run", "import", "compare"];
  expect(called.map(({ name }) => name)).toEqual([...parts, ...parts, ...parts, "run", "import"]);
  const bundled = called.filter(({ name }) => name === "run");
  expect(bundled.every(({ flags }) => flags.bundle !== undefined && flags.experiments !== undefined)).toBe(
    true,
  );
});

it("lists every reason to refuse a bundle", () => {
  const missing = Object.keys(bundleErrors).filter((code) => !text.includes(`\`${code}\``));
  expect(missing).toEqual([]);
});
