import { expect, it } from "vitest";
import { loadConfig } from "../../../src/config.ts";
import { openLakebase } from "../../../src/lakebase/lakebase.ts";
import { enterArea } from "../../../src/queue/work/area.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

it("starts the runs of an area in it, and nowhere else, with the worker's own Lakebase", async () => {
  const workspace = await temporaryFolder();
  const config = loadConfig(
    { workspace, project: "shop" },
    { LAKEBASE_QUEUE_URL: "lakebase://queue" },
    "/bin/main.js",
  );
  const inside = enterArea(
    {
      ...config,
      lakebase: openLakebase(config.lakebase),
      signal: new AbortController().signal,
      progress: () => {},
    },
    { workspace: "/work/1/checkout" },
  );
  expect(inside).toMatchObject({ workspace: "/work/1/checkout", queue_url: undefined });
  expect(inside.launch).toEqual([
    ...[process.execPath, "/bin/main.js", "--workspace", "/work/1/checkout", "--project", "shop"],
  ]);
});
