import * as z from "zod";
import { print } from "./support/print.ts";
import { timed } from "./support/timed.ts";
import { feature_id, reportTests, suite, Workspace } from "./support/workspace.ts";

const count = Number(process.argv[2] ?? 100);

const plan = {
  budget: { concurrent_branches: 8, max_branches: count },
  suites: { api: suite },
};

/** Status, promotion, closing and clean-up in a project with many branches. */
async function main(): Promise<void> {
  const workspace = await Workspace.open(plan, { "suite.cjs": reportTests(1) });
  try {
    const slugs = Array.from({ length: count }, (_, number) => `exp-${String(number).padStart(3, "0")}`);
    const [winner = "", ...others] = slugs;
    const creating = await timed(() => inPages(slugs, (page) => workspace.create(page)));
    report(`create ${count} experiments`, creating, count);
    report("get_status", await timed(() => workspace.call("get_status")), 1);
    report("clean_up, with nothing to remove", await timed(() => workspace.call("clean_up")), 1);
    await workspace.run({ experiment_slugs: [winner] });
    report("promote_experiment", await timed(() => promote(workspace, winner)), 1);
    const closing = await timed(() => inPages(others, (page) => close(workspace, page)));
    report(`close ${others.length} experiments`, closing, others.length);
    const { structured } = await workspace.call("clean_up", { apply: true });
    print(`clean_up found ${z.object({ removed: z.number() }).parse(structured).removed} things left over`);
  } finally {
    await workspace.close();
  }
}

/** Fifty names are the most that one call to close experiments accepts. */
async function inPages(slugs: readonly string[], call: (page: string[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < slugs.length; from += 50) await call(slugs.slice(from, from + 50));
}

const promotionSchema = z.object({ state: z.string(), objections: z.array(z.object({ code: z.string() })) });

/** Verifies and promotes, whatever stands against it: the other experiments were not measured. */
async function promote(workspace: Workspace, experiment_slug: string): Promise<void> {
  const ask = async (more: object) => {
    const { structured } = await workspace.call("promote_experiment", {
      feature_id,
      experiment_slug,
      ...more,
    });
    return promotionSchema.parse(structured);
  };
  let { state, objections } = await ask({ verify: true });
  while (state === "verifying") ({ state, objections } = await ask({}));
  ({ state } = await ask({ confirm: true, accept: objections.map(({ code }) => code) }));
  while (state === "promoting") ({ state } = await ask({}));
  if (state !== "promoted") throw new Error(`the promotion is ${state}`);
}

async function close(workspace: Workspace, experiment_slugs: string[]): Promise<void> {
  await workspace.call("close_experiments", { feature_id, experiment_slugs, reason: "bench", confirm: true });
}

function report(what: string, milliseconds: number, each: number): void {
  const share = each === 1 ? "" : `, ${(milliseconds / each).toFixed(0)} ms each`;
  print(`${what}: ${milliseconds.toFixed(0)} ms${share}`);
}

await main();
