import { createClient } from "@pgkit/client";
import { Migration } from "@pgkit/migra";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { SchemaChange } from "../../schemas/comparison/schema-change.ts";
import { diffSchemas } from "../../src/database/diff.ts";
import { readSchema } from "../../src/database/snapshot.ts";
import { testBranch } from "../database/database.ts";
import { tries } from "../support/fuzz.ts";
import { type SchemaPair, schemaPairs, writeSide } from "./schema-pairs.ts";

const sides = ["schema_fuzz_from", "schema_fuzz_to"] as const;

/** What migra does not compare, by design. */
const unseenByMigra: { reason: string; is: (change: SchemaChange) => boolean }[] = [
  { reason: "it compares comments of nothing but functions", is: ({ kind }) => kind === "comment" },
  {
    reason: "it compares which sequences there are, not their settings",
    is: ({ kind, change }) => kind === "sequence" && change === "changed",
  },
  {
    reason: "it compares no storage parameters of tables",
    is: ({ kind, change, aspects }) =>
      kind === "table" && change === "changed" && Object.keys(aspects).every((name) => name === "options"),
  },
];

/** What migra does besides, to get from one side to the other: it is no difference between them. */
const donePassing: { reason: string; is: (statement: string, pair: SchemaPair) => boolean }[] = [
  {
    reason: "so that functions can be made in any order",
    is: (statement) => statement === "set check_function_bodies = off;",
  },
  {
    reason: "a type whose labels change is made anew, and its columns are moved to it",
    is: (statement, { mood }) =>
      mood[0] !== mood[1] &&
      /^(alter table public\.orders alter column state (type public\.mood |(set|drop) default)|drop type public\.mood__old)/.test(
        statement,
      ),
  },
  {
    reason: "a view is made anew when its table changes",
    is: (statement, { large }) =>
      large[0] === large[1] && /^(drop|create( or replace)?) (materialized )?view/.test(statement),
  },
];

test("the difference of two schemas is what migra finds", async () => {
  const { login, connect } = await testBranch("schema-fuzz");
  const admin = await connect();
  for (const side of sides) {
    await admin.query(`create database ${side}`);
    // Its queries for a catalogue take seconds to compile.
    await admin.query(`alter database ${side} set jit = off`);
  }
  await admin.end();
  const clients = await Promise.all(sides.map((side) => connect(side)));
  const urls = sides.map((side) => {
    const url = new URL(`postgresql://${login.host}:${login.port}/${side}?sslmode=${login.sslmode}`);
    return Object.assign(url, { username: encodeURIComponent(login.user), password: login.password }).href;
  });
  const [from, to] = [createClient(urls[0] ?? ""), createClient(urls[1] ?? "")];
  try {
    await fc.assert(
      fc.asyncProperty(schemaPairs, async (pair) => {
        await Promise.all(
          clients.map(async (client, side) => {
            await client.query("drop schema public cascade; create schema public");
            await client.query(writeSide(pair, side === 0 ? 0 : 1));
          }),
        );
        const [before, after] = await Promise.all(
          sides.map((database) => readSchema({ ...login, database })),
        );
        const changes = diffSchemas(before ?? [], after ?? []);
        const migration = await Migration.create(from, to, {});
        migration.set_safety(false);
        migration.add_all_changes(false);
        const statements = [...migration.statements].map((each) => each.replace(/"/g, "").trim());

        const seen = changes.filter((change) => !unseenByMigra.some(({ is }) => is(change)));
        const meant = statements.filter((statement) => !donePassing.some(({ is }) => is(statement, pair)));
        const told = { changes: seen, statements: meant };
        expect(meant.length > 0, JSON.stringify(told, null, 1)).toBe(seen.length > 0);
        const names = new Set(changes.flatMap(listNames));
        for (const statement of meant)
          expect(
            readSubjects(statement).some((name) => names.has(name)),
            `${statement} ${JSON.stringify(told, null, 1)}`,
          ).toBe(true);
        const isSame = writeSide(pair, 0) === writeSide(pair, 1);
        expect(changes.length === 0).toBe(isSame);
      }),
      tries(12),
    );
  } finally {
    await Promise.all([...clients, from, to].map((client) => client.end()));
  }
});

/** The names of what a change names, functions without their arguments. */
function listNames({ object, contains = [] }: SchemaChange): string[] {
  const parts = contains.map((part) => part.split(" ")[1] ?? "");
  return [object.replace(/\(.*/, ""), ...parts, ...parts.map((part) => `${object}.${part}`)];
}

/** What a statement is about: each of the names by which we may name it. Its text has no quotation marks. */
function readSubjects(statement: string): string[] {
  for (const { pattern, names } of subjects) {
    const found = pattern.exec(statement);
    if (found !== null) return names(found);
  }
  throw new Error(`migra wrote a statement that this test does not know: ${statement}`);
}

const subjects: { pattern: RegExp; names: (found: RegExpExecArray) => string[] }[] = [
  {
    pattern: /^alter table (\S+) .*?\b(?:constraint|column|trigger) (\w+)/i,
    names: ([, table, part]) => [`${table}.${part}`],
  },
  {
    pattern: /^(?:create|drop) (?:policy|trigger)(?: if exists)? (\w+)\s.*?\bon (\S+?);?\s*(?:\s|$)/is,
    names: ([, part, table]) => [`${table}.${part}`],
  },
  // A key is an index as well, and we name the key.
  {
    pattern: /^create (?:unique )?index (\w+) on (\w+)\.(\w+)/i,
    names: ([, index, schema, table]) => [`${schema}.${index}`, `${schema}.${table}.${index}`],
  },
  {
    pattern: /^drop index if exists (\w+)\.(\w+);/i,
    names: ([, schema, index]) => [
      `${schema}.${index}`,
      `${schema}.orders.${index}`,
      `${schema}.items.${index}`,
    ],
  },
  // A domain is made anew if its check changes, and we name the check.
  {
    pattern: /^(?:create|drop) domain (\w+\.(\w+))/i,
    names: ([, domain, name]) => [`${domain}`, `${domain}.${name}_check`],
  },
  {
    pattern: /^(?:create|drop|alter)[\w ]*? (?:type|sequence|function|table|view)(?: if exists)? (\w+\.\w+)/i,
    names: ([, name]) => [name ?? ""],
  },
];
