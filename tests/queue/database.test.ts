import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { parseQueueUrl } from "../../src/queue/database/address.ts";
import type { Sql } from "../../src/queue/database/connect.ts";
import { getFile, putFile } from "../../src/queue/database/files.ts";
import { sendOnce } from "../../src/queue/execute/executor.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";
import { isSkipped } from "../support/vitest/skip.ts";

describe("the address of a queue", () => {
  it.each([
    ["postgres://user:pa55@host:5433/queue?sslmode=require", "postgres"],
    ["postgresql://host/queue", "postgres"],
  ])("in Postgres is used as it is: %s", (url, kind) => {
    expect(parseQueueUrl(url)).toEqual({ kind, url });
  });

  it.each([
    ["lakebase://queue", { project: "queue" }],
    ["lakebase://queue/", { project: "queue" }],
    ["lakebase://my-queue-2/jobs-1", { project: "my-queue-2", branch: "jobs-1" }],
  ])("in Lakebase names a project, and perhaps a branch: %s", (url, expected) => {
    expect(parseQueueUrl(url)).toEqual({ kind: "lakebase", branch: undefined, ...expected });
  });

  it.each([
    "",
    "queue",
    "mysql://user:pa55@host/queue",
    "postgres://user:pa55@[host/queue",
    "lakebase://",
    "lakebase://Queue",
    "lakebase://queue/jobs/more",
    "lakebase://queue?branch=jobs",
    " lakebase://queue",
  ])("is not %j, and what was given is not repeated", (url) => {
    expect(() => parseQueueUrl(url)).toThrow(
      expect.objectContaining({
        code: "invalid_queue_url",
        message: "LAKEBASE_QUEUE_URL is not a valid queue URL.",
        hint: expect.not.stringContaining("pa55"),
      }),
    );
  });
});

/** A database that keeps the parts of files, and does nothing else. */
function keepParts(): Sql & { parts: Map<string, Uint8Array> } {
  const parts = new Map<string, Uint8Array>();
  return {
    parts,
    query: async (text, values = []) => {
      // Like one on another machine, it answers after what else goes on here.
      await sleep(20);
      const key = values.slice(0, 3).join(" ");
      const bytes = values[3];
      if (text.startsWith("delete"))
        for (const each of parts.keys()) if (each.startsWith(`${key} `)) parts.delete(each);
      if (text.startsWith("insert") && bytes instanceof Uint8Array) parts.set(key, bytes);
      const found = parts.get(key);
      return { rows: text.startsWith("select") && found !== undefined ? [{ bytes: found }] : [] };
    },
  };
}

describe("a file in the queue's database", () => {
  it.each([1, 999_999, 1_000_000, 1_000_001, 2_500_000])("comes back as it was: %i bytes", async (size) => {
    const [sql, folder] = [keepParts(), await temporaryFolder()];
    const content = Buffer.alloc(size, "0123456789a");
    await writeFile(join(folder, "from"), content);
    await putFile(sql, "run-1", "bundle/x", join(folder, "from"));
    expect(sql.parts.size).toBe(Math.ceil(size / 1_000_000));
    expect(await getFile(sql, "run-1", "bundle/x", join(folder, "to"))).toBe(true);
    expect(Buffer.compare(await readFile(join(folder, "to")), content)).toBe(0);
  });

  it("is replaced as a whole by a shorter one", async () => {
    const [sql, folder] = [keepParts(), await temporaryFolder()];
    const path = join(folder, "file");
    for (const content of ["x".repeat(1_500_000), "short"]) {
      await writeFile(path, content);
      await putFile(sql, "run-1", "bundle/x", path);
    }
    await getFile(sql, "run-1", "bundle/x", path);
    expect(await readFile(path, "utf8")).toBe("short");
  });

  it("is not there if nobody sent it, nor for another run", async () => {
    const [sql, folder] = [keepParts(), await temporaryFolder()];
    expect(await getFile(sql, "run-1", "bundle/x", join(folder, "to"))).toBe(false);
  });

  // An error of a stream that nobody awaits would end the whole run.
  const isEndless = isSkipped(
    !existsSync("/dev/full"),
    "no /dev/full: a file that does not fit is not tested",
  );
  it.skipIf(isEndless)("is reported if there is no room for it here", async () => {
    const [sql, folder] = [keepParts(), await temporaryFolder()];
    await writeFile(join(folder, "from"), "small");
    await putFile(sql, "run-1", "bundle/x", join(folder, "from"));
    await expect(getFile(sql, "run-1", "bundle/x", "/dev/full")).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(getFile(sql, "run-1", "bundle/x", join(folder, "gone/to"))).rejects.toMatchObject({
      code: "ENOENT",
    });
  });
});

describe("the code of a commit", () => {
  it("is sent once for all experiments at it, and anew after it could not be sent", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "code"), "code");
    const sql = keepParts();
    const send = sendOnce({ sql }, "run-1");
    let packed = 0;
    const pack = async (use: (path: string) => Promise<void>) => {
      packed++;
      if (packed === 1) throw new CoreError("queue_unreachable", "It is away.", { hint: "Wait." });
      await use(join(folder, "code"));
    };
    const first = await Promise.allSettled([send("c1", pack), send("c1", pack)]);
    expect(first.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(packed).toBe(1);
    expect(await Promise.all([send("c1", pack), send("c1", pack)])).toEqual(["code/c1", "code/c1"]);
    expect(packed).toBe(2);
    expect(await send("c2", pack)).toBe("code/c2");
    expect([...sql.parts.keys()]).toEqual(["run-1 code/c1 1", "run-1 code/c2 1"]);
  });
});
