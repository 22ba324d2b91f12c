import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withPorts } from "../../../src/runs/cycle/ports.ts";
import { writeJson } from "../../../src/utils/files/json.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";
import { script } from "../../support/plans.ts";
import { prepareRun, waitFor } from "../../support/runs.ts";

const signal = new AbortController().signal;

/** Three ports that nobody listens on, and a folder for their leases that no other test sees. */
async function prepare() {
  const home = await temporaryFolder();
  const before = process.env.TMPDIR;
  process.env.TMPDIR = home;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  });
  const range = await findFreeRange();
  const leases = join(home, `lakebase-experiments-${process.getuid?.()}`, "ports");
  return { range, lease: (port: number) => join(leases, String(port)), leases };
}

/** Ports beyond those that cycles lease, since those of other tests come and go. */
async function findFreeRange() {
  for (;;) {
    const first = randomInt(31_000, 32_700);
    const servers = [first, first + 1, first + 2].map((port) => createServer().listen(port, "127.0.0.1"));
    const heard = await Promise.all(
      servers.map((server) => once(server, "listening").catch(() => undefined)),
    );
    for (const server of servers) server.close();
    if (!heard.includes(undefined)) return { first, count: 3 };
  }
}

test("leases each port to one task at a time, while that task runs", async () => {
  const { range, lease } = await prepare();
  await withPorts(
    2,
    signal,
    async (ports) => {
      expect(new Set(ports).size).toBe(2);
      expect(ports.every((port) => existsSync(lease(port)))).toBe(true);
      await withPorts(1, signal, async ([other]) => expect(ports).not.toContain(other), range);
      await expect(withPorts(2, signal, async () => {}, range)).rejects.toMatchObject({
        code: "no_free_port",
      });
    },
    range,
  );
  await withPorts(3, signal, async (ports) => expect(new Set(ports).size).toBe(3), range);
  await expect(withPorts(1, signal, () => Promise.reject(new Error("the task's")), range)).rejects.toThrow(
    "the task's",
  );
  await withPorts(3, signal, async () => {}, range);
});

test("skips a port that another program listens on", async () => {
  const { range } = await prepare();
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(range.first, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  await withPorts(
    2,
    signal,
    async (ports) => expect([...ports].sort()).toEqual([range.first + 1, range.first + 2]),
    range,
  );
});

test("takes over leases of a dead owner, and removes what it left behind", async () => {
  const { range, lease, leases } = await prepare();
  await mkdir(leases, { recursive: true });
  for (const port of [0, 1, 2])
    await writeJson(lease(range.first + port), { pid: 2 ** 22 + 1, started: "never" });
  await writeJson(join(leases, ".writing-0123456789abcdef"), { pid: 2 ** 22 + 1, started: "never" });
  await withPorts(3, signal, async (ports) => expect(ports).toHaveLength(3), range);
  expect(readdirSync(leases).filter((name) => name === ".writing-0123456789abcdef")).toEqual([]);
});

test("gives different ports to suites that start the same app at once", async () => {
  // Takes a server that answers there already, as Playwright's reuseExistingServer does, and waits for the other suite.
  const app = (workspace: string) => `
    const { EXPERIMENT_SLUG: slug, PORT, PORT_1 } = process.env, http = require("node:http"), fs = require("node:fs");
    const ask = () => fetch("http://127.0.0.1:" + PORT).then((response) => response.text(), () => undefined);
    const listen = (port) => new Promise((resolve) => {
      const server = http.createServer((_, response) => response.end(slug)).listen(port, "127.0.0.1", () => resolve(server));
    });
    (async () => {
      const servers = (await ask()) === undefined ? [await listen(PORT), await listen(PORT_1)] : [];
      fs.writeFileSync(${JSON.stringify(workspace)} + "/up-" + slug, "");
      while (!["exp-a", "exp-b"].every((each) => fs.existsSync(${JSON.stringify(workspace)} + "/up-" + each)))
        await new Promise((resolve) => setTimeout(resolve, 20));
      const answer = await ask();
      console.log(PORT, PORT_1, answer);
      process.exit(servers.length === 2 && answer === slug ? 0 : 1);
    })();`;
  const feature = await prepareRun(
    (workspace) => ({ ports: 2, suites: { e2e: script(app(workspace)) } }),
    ["exp-a", "exp-b"],
    { TMPDIR: await temporaryFolder() },
  );
  const run = await waitFor(feature.server, (await feature.start()).run_id);
  expect(run.results.map(({ by_tag }) => by_tag.e2e)).toEqual([
    { passed: 1, failed: 0 },
    { passed: 1, failed: 0 },
  ]);
});
