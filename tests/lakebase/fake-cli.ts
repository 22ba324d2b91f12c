import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { type Lakebase, type LakebaseSettings, openLakebase } from "../../src/lakebase/lakebase.ts";

/** What the fake CLI does for one call. `hang`: it and a child of its own never end. */
export interface Answer {
  stdout?: unknown;
  stderr?: string;
  exit?: number;
  hang?: boolean;
  after_ms?: number;
}

/** By subcommand, in the order of the calls; the last answer repeats. */
export type Script = Record<string, Answer[]>;

const loggedCall = z.object({
  name: z.string(),
  args: z.array(z.string()),
  cwd: z.string(),
  env: z.record(z.string(), z.string()),
  pid: z.number(),
});
const span = z.object({ start: z.number(), end: z.number() });
type LoggedCall = z.infer<typeof loggedCall>;

export interface FakeCli {
  lakebase: Lakebase;
  calls: () => LoggedCall[];
  names: () => string[];
  /** How many calls ran at once, at most. */
  peak: () => number;
  /** The process that a hanging call started. */
  childPids: () => number[];
}

/** A Lakebase whose CLI follows a script. It stands for what an emulator cannot be made to do on demand. */
export function fakeCli(script: Script, settings: Partial<LakebaseSettings> = {}): FakeCli {
  const folder = mkdtempSync(join(tmpdir(), "fake-cli-"));
  // A call that nobody waits for any more may still be writing.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  writeFileSync(join(folder, "script.json"), JSON.stringify(script));
  /** The lines of a file that are whole. */
  const lines = (file: string): string[] => {
    try {
      return readFileSync(join(folder, file), "utf8").split("\n").slice(0, -1);
    } catch {
      return [];
    }
  };
  const calls = () => lines("calls.jsonl").map((line) => loggedCall.parse(JSON.parse(line)));
  const program = fileURLToPath(new URL("fixtures/fake-cli.mjs", import.meta.url));
  return {
    lakebase: openLakebase({
      command: [process.execPath, program],
      project: "p",
      ...settings,
      env: { PATH: process.env.PATH, FAKE_CLI: folder, ...settings.env },
      limits: { pause_ms: 10, ...settings.limits },
    }),
    calls,
    names: () => calls().map(({ name }) => name),
    peak: () => {
      const spans = lines("spans.jsonl").map((line) => span.parse(JSON.parse(line)));
      const runningAt = (time: number) =>
        spans.filter(({ start, end }) => start <= time && time < end).length;
      return Math.max(0, ...spans.map(({ start }) => runningAt(start)));
    },
    childPids: () => lines("children").map(Number),
  };
}

const traceId = "[TraceId: 4f0c2a9e1b]";

/** Errors as the CLI prints them: the server's message alone. */
export function fails(message: string): Answer {
  return { stderr: `Error: ${message} ${traceId}`, exit: 1 };
}

export function branchJson(name: string, status: Record<string, unknown> = {}) {
  return {
    branch_id: name,
    name: `projects/p/branches/${name}`,
    parent: "projects/p",
    uid: "br-broad-sky-d2k5gewt",
    create_time: new Date().toISOString(),
    status: {
      branch_id: name,
      current_state: "READY",
      default: false,
      is_protected: false,
      source_branch: "projects/p/branches/production",
      ...status,
    },
  };
}

export const productionJson = branchJson("production", { default: true, source_branch: undefined });

export function endpointJson(branch: string, host?: string) {
  return {
    name: `projects/p/branches/${branch}/endpoints/primary`,
    uid: "ep-calm-lake-d2x81k3m",
    status: {
      endpoint_type: "ENDPOINT_TYPE_READ_WRITE",
      current_state: "ACTIVE",
      disabled: false,
      ...(host === undefined ? {} : { hosts: { host } }),
    },
  };
}
