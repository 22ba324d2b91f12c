import { print } from "./support/print.ts";
import { feature_id, reportTests, suite, Workspace } from "./support/workspace.ts";

const tags = ["api", "e2e", "infra"];
const slugs = ["exp-a", "exp-b", "exp-c", "exp-d"];
const plan = { suites: Object.fromEntries(tags.map((tag) => [tag, suite])) };

/** What a client receives, in bytes of JSON: the list of tools, and the answers in a typical feature. */
async function main(): Promise<void> {
  const workspace = await Workspace.open(plan, { "suite.cjs": reportTests(2) });
  try {
    print(`tools/list: ${await workspace.measureTools()} bytes`);
    await workspace.create(slugs);
    const { run_id } = await workspace.run();
    print(`${slugs.length} experiments with ${tags.length} tags; answers in bytes, structured and as text`);
    const experiment = { feature_id, experiment_slug: "exp-a" };
    const calls: [name: string, args: object][] = [
      ["check_setup", {}],
      ["get_status", {}],
      ["list_branches", {}],
      ["wait_for_run", { run_id }],
      ["compare_experiments", { feature_id }],
      ["compare_experiments", { feature_id, detail: "tests" }],
      ["compare_experiments", { feature_id, detail: "history" }],
      ["list_artifacts", experiment],
      ["read_artifact", { ...experiment, cycle_id: "C1", name: "api/stdout.log" }],
      ["promote_experiment", experiment],
      ["close_experiments", { feature_id, experiment_slugs: slugs, reason: "bench" }],
      ["clean_up", {}],
    ];
    for (const [name, args] of calls) {
      const { bytes } = await workspace.call(name, args);
      const detail = "detail" in args ? ` (${args.detail})` : "";
      print(`  ${`${name}${detail}`.padEnd(32)}${String(bytes).padStart(6)}`);
    }
  } finally {
    await workspace.close();
  }
}

await main();
