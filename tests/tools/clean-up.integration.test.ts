import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";
import { leftoverSchema } from "../../schemas/leftover.ts";
import { makeTemporaryName } from "../../src/utils/files/files.ts";
import { startCli } from "../support/cli.ts";
import { openShop, put, type Shop } from "../support/shop.ts";

const answerSchema = z.object({
  ...{ removed: z.number(), removable: z.number(), left: z.number(), bytes: z.number() },
  leftovers: z.array(leftoverSchema.extend({ outcome: z.string() })),
  ...{ warnings: z.array(z.string()), next_cursor: z.string().nullable(), next_step: z.string() },
});

/** Leaves a file that is half written since long ago. */
async function leaveHalf({ workspace, age }: Shop): Promise<string> {
  const half = join(workspace, ".tdd/features", makeTemporaryName());
  await put(half, "{");
  await age(half, 1);
  return half;
}

test("clean_up shows leftovers, removes them on request, and pages through what stays", async () => {
  // Without Lakebase: the branches of other tests come and go between two pages.
  const shop = await openShop({ LAKEBASE_CLI: "/no/such/cli" });
  const { server, git, feature_id } = shop;
  const half = await leaveHalf(shop);
  const names = Array.from({ length: 60 }, (_, index) => `experiment/${feature_id}/strange-${index}`);
  for (const name of names) await git("branch", name);
  const ask = (more: object = {}) => server.call(answerSchema, "clean_up", { ...more });

  const shown = await ask();
  expect(shown.next_step).toContain("apply: true");
  expect(shown.leftovers[0]).toMatchObject({ kind: "files", outcome: "removable" });
  expect(existsSync(half)).toBe(true);
  const seen: string[] = [];
  for (let page = shown; ; page = await ask({ cursor: page.next_cursor ?? "" })) {
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(8_192);
    seen.push(...page.leftovers.map(({ name }) => name));
    if (page.next_cursor === null) break;
  }
  expect(seen).toEqual(expect.arrayContaining(names));

  expect(await ask({ apply: true })).toMatchObject({
    removable: 0,
    next_step: expect.stringContaining("stays"),
  });
  expect(existsSync(half)).toBe(false);
});

test("cleans up this machine without Lakebase", async () => {
  const shop = await openShop({ LAKEBASE_CLI: "/no/such/cli" });
  const half = await leaveHalf(shop);
  const answer = await shop.server.call(answerSchema, "clean_up", { apply: true });
  expect(answer.warnings).toEqual([expect.stringContaining("could not be listed")]);
  expect(answer.removed).toBeGreaterThan(0);
  expect(existsSync(half)).toBe(false);
});

test("removes nothing on the command line without permission", async () => {
  const shop = await openShop();
  const { workspace } = shop;
  const half = await leaveHalf(shop);
  expect((await startCli(workspace, ["clean-up"])).stdout).toContain("Pass --yes to remove");
  expect(existsSync(half)).toBe(true);
  expect((await startCli(workspace, ["clean-up", "--yes"])).stdout).toMatch(/^removed +files 1 in/m);
  expect(existsSync(half)).toBe(false);
});
