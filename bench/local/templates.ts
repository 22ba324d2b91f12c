import type pg from "pg";
import { type Machine, query } from "../../packages/lakebase-local/tests/machine.ts";
import { median } from "../../src/comparison/statistics/sample.ts";
import { print } from "../support/print.ts";
import { timed } from "../support/timed.ts";
import { createBranch, openApi } from "./api.ts";

const rounds = 5;
const strategies = ["wal_log", "file_copy"] as const;

/**
 * A branch compared with what tests use without branches: a database created from a template, in both ways that
 * Postgres has, and one that a pool created in advance and only renames. A branch costs more: it has its own server,
 * roles and settings.
 */
export async function benchTemplates(machine: Machine, login: pg.ClientConfig, title: string): Promise<void> {
  const api = await openApi(machine);
  const branches: number[] = [];
  const databases: Record<(typeof strategies)[number], number[]> = { wal_log: [], file_copy: [] };
  const pooled: number[] = [];
  // A template must have no sessions: the login's own database is what is copied.
  const other = { ...login, database: "postgres" };
  for (let round = 0; round < rounds; round += 1) {
    branches.push(await timed(() => createBranch(api, `beside-${round}`)));
    await machine.deleteBranch(`beside-${round}`, { purge: true });
    for (const strategy of strategies) {
      databases[strategy].push(
        await timed(() =>
          query(other, `CREATE DATABASE beside TEMPLATE ${login.database} STRATEGY ${strategy}`),
        ),
      );
      if (strategy === "wal_log") await query(other, "DROP DATABASE beside");
    }
    pooled.push(await timed(() => query(other, "ALTER DATABASE beside RENAME TO taken")));
    await query(other, "DROP DATABASE taken");
  }
  const beside = (times: number[]) =>
    `${median(times).toFixed(0)} (ratio ${(median(branches) / median(times)).toFixed(2)})`;
  print(
    `${title}: branch ${median(branches).toFixed(0)}; CREATE DATABASE by wal_log ${beside(databases.wal_log)}, ` +
      `by file_copy ${beside(databases.file_copy)}; from a pool ${beside(pooled)}`,
  );
}
