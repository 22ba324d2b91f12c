import { spawnSync } from "node:child_process";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { isSkipped } from "../../../../tests/support/vitest/skip.ts";
import { endpointShape, Machine, program, query } from "../machine.ts";

const isLinux = process.platform === "linux";
// A network of its own, in which every address can be taken without being in anybody's way.
const apart = ["--net", "--", "sh", "-c"];
const canLeave = isLinux && spawnSync("unshare", [...apart, "ip link set lo up"]).status === 0;
isSkipped(!canLeave, "endpoints where port 5432 is taken: only root on Linux can make a network");

test.skipIf(!isLinux)(
  "gives each endpoint its own address with the usual port, and keeps it across restarts",
  async () => {
    const machine = await Machine.create();
    onTestFinished(() => machine.destroy());
    await machine.createBranch("other");
    const hosts = () =>
      Promise.all(
        ["production", "other"].map(async (branch) => {
          const path = `projects/local/branches/${branch}/endpoints/primary`;
          return (await machine.api(endpointShape, "GET", path)).status.hosts.host;
        }),
      );
    const before = await hosts();
    expect(before).toEqual([1, 2].map(() => expect.stringMatching(/^127\.[1-9]\d*\.\d+\.\d+$/)));
    expect(new Set(before).size).toBe(2);
    expect(await query({ ...(await machine.login("other")), port: 5432 }, "SELECT 1 AS one")).toEqual([
      { one: 1 },
    ]);
    await machine.run("stop");
    expect(await hosts()).toEqual(before);
  },
);

test.skipIf(!canLeave)(
  "gives an endpoint its own port when another server occupies the usual one",
  async () => {
    const machine = await Machine.create();
    onTestFinished(() => machine.destroy());
    const other = 'require("net").createServer().listen(5432, "0.0.0.0")';
    const script = `
    ip link set lo up
    "$1" -e '${other}' & other=$!
    until "$1" -e 'require("net").connect(5432, "127.0.0.1").on("connect", () => process.exit(0)).on("error", () => process.exit(1))'; do :; done
    "$1" "$2" url production; "$1" "$2" stop >&2; kill $other`;
    const { stdout } = await execa("unshare", [...apart, script, "sh", process.execPath, program], {
      env: { LAKEBASE_LOCAL_HOME: machine.home },
    });
    expect(stdout).toMatch(/@127\.0\.0\.1:\d{5}\/databricks_postgres/);
  },
);
