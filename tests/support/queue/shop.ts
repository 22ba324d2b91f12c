import { temporaryRepository } from "../repository.ts";
import { prepareRun } from "../runs.ts";
import { createQueueUrl } from "./queue.ts";

/**
 * A run in a repository of its own, whose suites go to a queue of its own.
 * @param ignored lines added to its .gitignore
 * @param prepare called with the main checkout before anything runs
 */
export async function prepareShop(
  plan: (workspace: string) => object,
  slugs: string[],
  ignored = "",
  prepare: (directory: string) => Promise<void> = async () => {},
) {
  const url = await createQueueUrl();
  const shop = await temporaryRepository();
  await shop.commit("main", {
    "shop.txt": "one\n",
    ".gitignore": `/.tdd/\nnotes\n*.gate\nlogin\n${ignored}`,
  });
  await prepare(shop.directory);
  const run = await prepareRun(plan, slugs, { LAKEBASE_QUEUE_URL: url }, shop.directory);
  const code = (slug: string) => `${shop.directory}.worktrees/${run.feature_id}/${slug}`;
  return { ...run, url, shop, code };
}
