import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { preparePromotion, readPromotionState } from "../../support/finish/promotion.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { waitFor } from "../../support/runs.ts";
import { startServer } from "../../support/server.ts";

const timeout = 600_000;

test("the second of two simultaneous promotions waits or is refused, and a cancelled one continues before another starts", {
  timeout,
}, async () => {
  const gate = join(await temporaryFolder(), "gate");
  const wait = `
    const fs = require("node:fs");
    const isOpen = () => !process.env.LAKEBASE_BRANCH.startsWith("parent-") || fs.existsSync(${JSON.stringify(gate)});
    setInterval(() => isOpen() && process.exit(0), 50);`;
  const shop = await preparePromotion({
    promote: {
      migrate: [
        [process.execPath, "migrate.cjs"],
        [process.execPath, "-e", wait],
      ],
    },
  });
  const { server, feature_id, directory, ask, commit, run, confirm, tip, git, design } = shop;
  const other = { experiment_slug: "exp-b" };
  const cut = await server.call(
    z.object({ experiments: z.array(z.object({ code_directory: z.string() })) }),
    "create_experiments",
    { feature_id, experiments: [other] },
  );
  await commit({ "design.txt": "another\n" }, cut.experiments[0]?.code_directory);
  await run();
  for (const about of [{}, other]) {
    const { run_id = "" } = await ask({ ...about, verify: true, wait_seconds: 0 });
    await waitFor(server, run_id);
  }
  const accept = ["not_recommended"];
  const before = await tip();

  const second = await startServer({ workspace: directory });
  const begun = await ask({ confirm: true, accept, wait_seconds: 0 });
  expect(begun).toMatchObject({ state: "promoting" });
  const run_id = begun.run_id ?? "";
  expect(await ask({ confirm: true, accept, wait_seconds: 0 }, second)).toMatchObject({ run_id });
  const refused = { feature_id, ...other, confirm: true, accept };
  expect(await second.fail("promote_experiment", refused)).toMatchObject({
    code: "promotion_running",
    retryable: true,
  });
  await waitFor(server, run_id, ({ results }) => results[0]?.step === "migrate");

  await server.call(z.looseObject({}), "cancel_run", { run_id });
  expect(await tip()).toBe(before);
  await git("commit", "--quiet", "--allow-empty", "--dry-run").catch(() => {});
  expect(await ask()).toMatchObject({ state: "unfinished", steps: ["safety_branch done", "migrate failed"] });
  expect(await second.fail("promote_experiment", refused)).toMatchObject({ code: "promotion_unfinished" });

  await writeFile(gate, "");
  expect(await confirm()).toMatchObject({ state: "promoted" });
  expect(await tip()).toBe(design);
  await rm(gate);
  // What it moved to is not in what was verified for the other one.
  expect(await second.fail("promote_experiment", refused)).toMatchObject({ code: "merge_conflict" });
  expect((await readPromotionState(shop)).tables).toEqual(["_sqlx_migrations", "orders"]);
});
