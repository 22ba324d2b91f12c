import { resolve } from "node:path";
import PQueue from "p-queue";
import type { SharedReads } from "./cli/shared-reads.ts";

export interface LakebaseSettings {
  /** The executable and its leading arguments: later ones absolute where they are paths, since it runs in a neutral directory. */
  command: readonly string[];
  /** The project's id, as in `projects/<id>`. */
  project: string;
  /** Passed as `--profile` to every call. */
  profile?: string;
  /** How many CLI processes may run at once. Default 4. */
  max_processes?: number;
  /** The environment of the CLI. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  limits?: Partial<Limits>;
}

/** All in milliseconds. */
interface Limits {
  /** One CLI call that only asks. */
  read_ms: number;
  /** One CLI call that changes something and waits until it is done. */
  write_ms: number;
  /** What a CLI that waits gets beyond that, before it is taken for hung and killed. */
  grace_ms: number;
  /** One operation of ours with all its calls, retries and waits. */
  operation_ms: number;
  /** The pause before the first retry or second look; it doubles up to eight times as long. */
  pause_ms: number;
}

const defaultLimits: Limits = {
  read_ms: 30_000,
  write_ms: 120_000,
  grace_ms: 10_000,
  operation_ms: 300_000,
  pause_ms: 1_000,
};

/** One Lakebase project, as reached through one executable and profile. */
export interface Lakebase {
  readonly settings: LakebaseSettings;
  readonly limits: Limits;
  /** Every CLI process of this handle runs in this queue, which caps how many there are at once. */
  readonly processes: PQueue;
  /** Calls that wait to be made, each for all who ask the same. */
  readonly reads: SharedReads;
  /** The Postgres user, asked for once. */
  user: Promise<string> | null;
  /** The workspace's URL, asked for once. */
  host: Promise<string | null> | null;
}

/** Opens a handle. Starts no process. */
export function openLakebase(settings: LakebaseSettings): Lakebase {
  const [executable = "", ...leading] = settings.command;
  // The CLI runs in another directory than the one that a relative path was meant for.
  const file = executable.includes("/") ? resolve(executable) : executable;
  return {
    settings: { ...settings, command: [file, ...leading] },
    limits: { ...defaultLimits, ...settings.limits },
    processes: new PQueue({ concurrency: settings.max_processes ?? 4 }),
    reads: new Map(),
    user: null,
    host: null,
  };
}

/** The same Lakebase, with a cap of its own on the CLI processes that run at once. */
export function withProcessCap(lakebase: Lakebase, max_processes: number): Lakebase {
  return { ...lakebase, processes: new PQueue({ concurrency: max_processes }), reads: new Map() };
}
