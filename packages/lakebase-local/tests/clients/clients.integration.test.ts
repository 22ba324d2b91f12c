import { fileURLToPath } from "node:url";
import { execa } from "execa";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { isSkipped } from "../../../../tests/support/vitest/skip.ts";
import { Machine, query } from "../machine.ts";
import { type Client, clients } from "./table.ts";

const programs = fileURLToPath(new URL("programs", import.meta.url));
/** No client fetches anything. What is compiled, is compiled once. */
const offline = {
  GOPROXY: "off",
  GOTOOLCHAIN: "local",
  CARGO_TARGET_DIR: fileURLToPath(new URL("../../../../node_modules/.cache/clients", import.meta.url)),
};
/** Milliseconds, a first compilation included. */
const patience = 300_000;
const answers = z.record(z.string(), z.string());
const isPresent = await Promise.all(clients.map(({ probe: [file = "", ...args] }) => succeeds(file, args)));

let machine: Machine;
let caFile: string;
let login: pg.ClientConfig;

beforeAll(async () => {
  machine = await Machine.create();
  caFile = (await machine.run("ca")).stdout;
  login = await machine.login("production");
  await query(login, "CREATE ROLE guest LOGIN PASSWORD 'guest-password'");
});

afterAll(() => machine.destroy());

describe.each(clients.map((client, place) => ({ ...client, isPresent: isPresent[place] === true })))(
  "$name",
  (client) => {
    const skipped = isSkipped(
      !client.isPresent,
      `no ${client.name} on this machine, so not tried as a client`,
    );
    test.skipIf(skipped).each(client.sslmodes ?? ["disable", "verify-full"])(
      "sslmode=%s",
      async (sslmode) => {
        expect(await ask(client, sslmode)).toEqual(client.answers);
      },
      patience,
    );
  },
);

/** Makes a client answer, as its program prints it. */
async function ask({ command: [file = "", ...args] }: Client, sslmode: string): Promise<object> {
  const { stdout } = await execa(file, args, {
    cwd: programs,
    env: { ...offline, ...variables(sslmode), GUEST_PASSWORD: "guest-password" },
  });
  // Some clients print words of their own before.
  return answers.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));
}

/** How a client of libpq's variables logs in. */
function variables(sslmode: string): Record<string, string> {
  return {
    PGHOST: String(login.host),
    PGPORT: String(login.port),
    PGUSER: String(login.user),
    PGPASSWORD: String(login.password),
    PGDATABASE: String(login.database),
    PGSSLMODE: sslmode,
    PGSSLROOTCERT: caFile,
  };
}

async function succeeds(file: string, args: string[]): Promise<boolean> {
  return (await execa(file, args, { cwd: programs, env: offline, reject: false })).exitCode === 0;
}
