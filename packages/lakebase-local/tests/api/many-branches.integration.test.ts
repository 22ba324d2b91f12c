import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as z from "zod";
import { branchRecord } from "../../src/api/records.ts";
import { Machine } from "../machine.ts";

const count = 500;
const project = "projects/local";
const listShape = z.array(z.object({ branch_id: z.string(), uid: z.string() }));
const pageShape = z.object({
  branches: z.array(z.object({ branch_id: z.string() })),
  next_page_token: z.string().optional(),
});

let machine: Machine;

/** As many branches as a project may have, without the data that they would take. */
beforeAll(async () => {
  machine = await Machine.create();
  await machine.run("start");
  await machine.run("stop");
  const folder = join(machine.home, "records", "branches");
  const [root = ""] = await readdir(folder);
  const production = branchRecord.parse(JSON.parse(await readFile(join(folder, root), "utf8")));
  for (let number = 1; number < count; number += 1) {
    const uid = `br-still-hill-${String(number).padStart(8, "0")}`;
    const source = {
      uid: production.uid,
      name: `${project}/branches/production`,
      lsn: "0/0",
      time: production.create_time,
    };
    const endpoints = production.endpoints.map((endpoint) => ({
      ...endpoint,
      uid: uid.replace("br-", "ep-"),
      port: 0,
    }));
    const record = { ...production, branch_id: `exp-${number}`, uid, source, endpoints };
    await writeFile(join(folder, `${uid}.json`), JSON.stringify(record));
  }
});

afterAll(() => machine.destroy());

test("lists every branch of a full project, page by page", async () => {
  const branches = await machine.json(listShape, "postgres", "list-branches", project);
  expect(branches.length).toBe(count);
  expect(new Set(branches.map(({ branch_id }) => branch_id)).size).toBe(count);
  const sizes: number[] = [];
  for (let token: string | undefined = ""; token !== undefined; ) {
    const query: string = `page_size=200&page_token=${token}`;
    const page = await machine.api(pageShape, "GET", `${project}/branches?${query}`);
    sizes.push(page.branches.length);
    token = page.next_page_token;
  }
  expect(sizes).toEqual([200, 200, 100]);
});

test("refuses a branch beyond the project's limit", async () => {
  const spec = JSON.stringify({ spec: { no_expiry: true } });
  const refusal = await machine.refusal("postgres", "create-branch", project, "more", "--json", spec);
  expect(refusal).toContain("branches limit exceeded: the project has 500 branches");
});

test("does not accept a uid as a branch name in a path, as a source or for a credential", async () => {
  const uid = "br-still-hill-00000007";
  const spec = JSON.stringify({ spec: { no_expiry: true, source_branch: `${project}/branches/${uid}` } });
  for (const words of [
    ["get-branch", `${project}/branches/${uid}`],
    ["list-endpoints", `${project}/branches/${uid}`],
    ["delete-branch", `${project}/branches/${uid}`],
    ["create-branch", project, "late", "--json", spec],
    ["generate-database-credential", `${project}/branches/${uid}/endpoints/primary`],
  ]) {
    expect(await machine.refusal("postgres", ...words)).toContain("Error: branch id not found [TraceId: ");
  }
});
