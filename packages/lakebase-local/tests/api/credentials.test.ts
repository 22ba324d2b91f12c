import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { Credentials } from "../../src/api/roles/credentials.ts";
import { openEmulator, useEmulator } from "../emulator.ts";

const endpoint = "projects/local/branches/production/endpoints/primary";
const shape = z.object({ token: z.string(), expire_time: z.string() });
const ahead = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

describe("generate-database-credential", () => {
  const shared = useEmulator();

  test.each([
    [[], 3600],
    [["--ttl", "300s"], 300],
    [["--ttl", "3600s"], 3600],
  ])("with %j gives a token for that time", async (flags, seconds) => {
    const { json } = shared();
    const before = ahead(seconds);
    const { token, expire_time } = shape.parse(
      await json("generate-database-credential", endpoint, ...flags),
    );
    expect(token).toMatch(/^[\w-]{43}$/);
    const times = [before, expire_time, ahead(seconds)];
    expect(times).toEqual(times.toSorted());
  });

  test("gives a token until the time that is asked for", async () => {
    const { json } = shared();
    const end = ahead(1800);
    const made = await json("generate-database-credential", endpoint, "--expire-time", end);
    expect(made).toMatchObject({ expire_time: end });
  });

  test.each([
    [["--ttl", "298s"], "must expire between 300 and 3600 seconds from now"],
    [["--ttl", "3602s"], "must expire between 300 and 3600 seconds from now"],
    [["--ttl", "5m"], "Field 'ttl' must be a duration in seconds"],
    [["--expire-time", ahead(-60)], "must expire between 300 and 3600 seconds from now"],
    [["--expire-time", ahead(7200)], "must expire between 300 and 3600 seconds from now"],
    [["--expire-time", "tomorrow"], "Field 'expire_time' must be a time"],
    [["--ttl", "300s", "--expire-time", ahead(1800)], "'ttl' and 'expire_time' are mutually exclusive"],
  ])("with %j is refused", async (flags, reason) => {
    const { run } = shared();
    await expect(run("generate-database-credential", endpoint, ...flags)).rejects.toThrow(reason);
  });

  test.each([
    [{}, `Field 'endpoint' is required, expected non-default value (not "")!`],
    [{ endpoint: "primary" }, "endpoint id not found"],
    [{ endpoint: "projects/local/branches/production" }, "endpoint id not found"],
    [{ endpoint: `${endpoint}x` }, "endpoint id not found"],
    [{ endpoint: endpoint.replace("production", "nope") }, "branch id not found"],
    [{ endpoint: endpoint.replace("local", "nope") }, "project id not found"],
  ])("for %j is refused", async (body, reason) => {
    const { run } = shared();
    const asked = run("generate-database-credential", "--json", JSON.stringify(body));
    await expect(asked).rejects.toThrow(reason);
  });
});

describe("credentials", () => {
  test("are kept over restarts without the tokens themselves", async () => {
    const { home } = await openEmulator();
    const first = await Credentials.open(home.credentialsFile);
    const token = await first.issue("ep-one", new Date(ahead(600)));
    expect(await readFile(home.credentialsFile, "utf8")).not.toContain(token);
    const second = await Credentials.open(home.credentialsFile);
    expect(second.findEndpoint(token)).toBe("ep-one");
    expect(second.findEndpoint(`${token}x`)).toBeUndefined();
    expect(second.findEndpoint("")).toBeUndefined();
  });

  test("log in to their own endpoint alone, and with a reason when they are over", async () => {
    const { home } = await openEmulator();
    const credentials = await Credentials.open(home.credentialsFile);
    const over = await credentials.issue("ep-one", new Date(ahead(-1)));
    await credentials.issue("ep-one", new Date(ahead(600)));
    await credentials.issue("ep-two", new Date(ahead(600)));
    expect(credentials.findEndpoint(over)).toBeUndefined();
    expect(credentials.findSecrets("ep-one").known()).toMatchObject([
      { refusal: "The credential has expired; generate a new one." },
      {},
    ]);
    expect(credentials.findSecrets("ep-two").known()).toHaveLength(1);
    expect(credentials.findSecrets("ep-three").known()).toEqual([]);
  });

  test("are forgotten a day after their end", async () => {
    const { home } = await openEmulator();
    const credentials = await Credentials.open(home.credentialsFile);
    await credentials.issue("ep-one", new Date(ahead(-2 * 86_400)));
    await credentials.issue("ep-one", new Date(ahead(-60)));
    expect(credentials.findSecrets("ep-one").known()).toHaveLength(1);
  });

  test("of an endpoint are all hashed with one salt, which is another endpoint's own", async () => {
    const { home } = await openEmulator();
    const credentials = await Credentials.open(home.credentialsFile);
    const { salt, iterations } = credentials.findSecrets("ep-one");
    expect(credentials.findSecrets("ep-one").salt).toEqual(salt);
    expect(credentials.findSecrets("ep-two").salt).not.toEqual(salt);
    expect(iterations).toBe(4096);
  });
});
