import assert from "node:assert/strict";
import * as z from "zod";
import { cartProject } from "../projects/cart.ts";
import type { Scenario } from "../scenario.ts";
import { setupSchema } from "./answers.ts";

const listSchema = z.object({
  branches: z.array(z.object({ branch: z.string(), expire_time: z.string().nullable() })),
});
const deletionSchema = z.object({ state: z.enum(["there", "gone", "deleted"]), branch: z.string() });

/** Branches without experiments: an excessive lifetime, a difference, a deletion. */
export const branches: Scenario = {
  name: "branches",
  goal: `Make two database branches: scratch-a shall live 99999999s, or as long as is possible; scratch-b as long as is usual. Tell me how their schemas differ. Then delete scratch-b, and nothing else.`,
  files: cartProject,
  play: async ({ choose, follow, refuse }) => {
    await follow(setupSchema, "check_setup");
    const a = "scratch-a";
    const b = "scratch-b";
    const error = await refuse("create_branch", { branch: a, ttl: "99999999s" });
    const ttl = /\b(?!99999999)\d+s\b/.exec(`${error.message} ${error.hint}`)?.[0];
    await choose(z.object({ branch: z.literal(a) }), "create_branch", { branch: a, ttl });
    await choose(z.object({ branch: z.literal(b) }), "create_branch", { branch: b });
    const difference = { from_branch: a, to_branch: b };
    await follow(z.object({ changes: z.tuple([]) }), "diff_schema", difference);
    const { branches } = await choose(listSchema, "list_branches");
    assert.equal(branches.length, 3);
    const look = await choose(deletionSchema, "delete_branch", { branch: b });
    assert.equal(look.state, "there");
    const { state } = await follow(deletionSchema, "delete_branch", { branch: b, confirm: look.branch });
    assert.equal(state, "deleted");
  },
  check: async ({ listBranches }) => {
    assert.deepEqual(await listBranches(), ["production", "scratch-a"]);
  },
};
