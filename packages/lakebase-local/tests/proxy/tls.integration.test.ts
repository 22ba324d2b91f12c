import { once } from "node:events";
import { readFile, stat } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { execa } from "execa";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isSkipped } from "../../../../tests/support/vitest/skip.ts";
import { Machine, query } from "../machine.ts";

const hasPsql = (await execa("psql", ["--version"], { reject: false })).exitCode === 0;
isSkipped(!hasPsql, "TLS with libpq: psql is not on the PATH");

let machine: Machine;
let caFile: string;
let login: pg.ClientConfig;

beforeAll(async () => {
  machine = await Machine.create();
  caFile = (await machine.run("ca")).stdout;
  login = await machine.login("production");
});

afterAll(() => machine.destroy());

const one = "SELECT 1 AS one";
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** The packet that begins a session. */
function startup(user: string): Buffer {
  const words = Buffer.from(`\0\0\0\0\0\x03\0\0user\0${user}\0\0`);
  words.writeInt32BE(words.length, 0);
  return words;
}

async function open(): Promise<Socket> {
  const socket = connect({ host: login.host, port: Number(login.port) });
  socket.on("error", () => {});
  await once(socket, "connect");
  return socket;
}

test("accepts TLS, with a certificate that the authority's file verifies", async () => {
  const ca = await readFile(caFile, "utf8");
  expect(await query({ ...login, ssl: { ca } }, one)).toEqual([{ one: 1 }]);
  expect(await query({ ...login, ssl: { rejectUnauthorized: false } }, one)).toEqual([{ one: 1 }]);
  expect(await query({ ...login, ssl: false }, one)).toEqual([{ one: 1 }]);
});

test("supports channel binding, for user-created roles too", async () => {
  const ssl = { ca: await readFile(caFile, "utf8") };
  await query(login, "CREATE ROLE bound LOGIN PASSWORD 'bound-password'");
  const bound = { ...login, ssl, enableChannelBinding: true };
  expect(await query(bound, one)).toEqual([{ one: 1 }]);
  expect(await query({ ...bound, user: "bound", password: "bound-password" }, one)).toEqual([{ one: 1 }]);
  await expect(query({ ...bound, password: "wrong" }, one)).rejects.toMatchObject({ code: "28P01" });
});

test("presents a certificate that a client without the authority rejects", async () => {
  await expect(query({ ...login, ssl: true }, one)).rejects.toThrow(/certificate/);
});

test("keeps the authority across restarts, and makes only its certificate readable for others", async () => {
  const before = await readFile(caFile, "utf8");
  await machine.run("stop");
  login = await machine.login("production");
  expect(await query({ ...login, ssl: { ca: before } }, one)).toEqual([{ one: 1 }]);
  expect(await readFile(caFile, "utf8")).toBe(before);
  expect((await stat(caFile)).mode & 0o777).toBe(0o644);
  expect((await stat(caFile.replace("ca.pem", "ca-key.pem"))).mode & 0o777).toBe(0o600);
});

test("ends a session that sends plain text after its TLS request", async () => {
  const socket = await open();
  const said: Buffer[] = [];
  socket.on("data", (chunk) => said.push(chunk));
  socket.write(Buffer.concat([sslRequest, startup("mallory")]));
  await once(socket, "close");
  expect(Buffer.concat(said).toString()).toBe("");
});

test("accepts a TLS handshake without a TLS request before it", async () => {
  const secure = connectTls({
    socket: await open(),
    ca: await readFile(caFile, "utf8"),
    host: login.host,
    ALPNProtocols: ["postgresql"],
  });
  await once(secure, "secureConnect");
  expect(secure.alpnProtocol).toBe("postgresql");
  secure.write(startup("somebody"));
  const [answer] = await once(secure, "data");
  expect(String(answer)).toContain("SCRAM-SHA-256-PLUS");
  secure.destroy();
});

test
  .skipIf(!hasPsql)
  .each([
    "sslmode=require",
    "sslmode=disable",
    "sslmode=verify-full sslrootcert=CA",
    "sslmode=require channel_binding=require",
  ])("libpq connects with %s", async (options) => {
  const { host, port, user, database, password } = login;
  const target = `host=${host} port=${port} user=${user} dbname=${database} ${options.replace("CA", caFile)}`;
  const { stdout, stderr } = await execa("psql", [target, "-Atc", one], {
    env: { PGPASSWORD: String(password) },
    reject: false,
  });
  expect([stdout, stderr]).toEqual(["1", ""]);
});
