import { resolve } from "node:path";
import PQueue from "p-queue";
import type { SharedReads } from "./cli/shared-reads.ts";

export interface LakebaseSettings {
  /**
   * The executable and its leading arguments. Paths among those must be absolute, since it runs in a neutral directory.
   */
  command: readonly string[];
  /** The project's id in `projects/<id>`. */
  project: string;
  /** Passed as `--profile` to every call. */
  profile?: string;
  /** How many CLI processes may run at once. Default: 4. */
  max_processes?: number;
  /** The CLI's environment. Default: this process's. */
  env?: NodeJS.ProcessEnv;
  limits?: Partial<Limits>;
}

/** All in milliseconds. */
interface Limits {
  /** For a CLI call that only reads. */
  read_ms: number;
  /** For a CLI call that changes something and waits until it is done. */
  write_ms: number;
  /** How much longer a waiting CLI may take before it is considered hung and is killed. */
  grace_ms: number;
  /** For one operation of ours, including all its calls, retries and waits. */
  operation_ms: number;
  /** The pause before the first retry; it doubles up to eight times that length. */
  pause_ms: number;
}

const defaultLimits: Limits = {
  read_ms: 30_000,
  write_ms: 120_000,
  grace_ms: 10_000,
  operation_ms: 300_000,
  pause_ms: 1_000,
};

/** A Lakebase project, reached through one executable and profile. */
export interface Lakebase {
  readonly settings: LakebaseSettings;
  readonly limits: Limits;
  /** The queue of this handle's CLI processes, which limits how many run at once. */
  readonly processes: PQueue;
  /** Calls that have not started yet, each shared by everyone who asks the same. */
  readonly reads: SharedReads;
  /** Of this handle's calls among those that wait for a process: higher ones come first. */
  readonly priority: number;
  readonly identity: Identity;
}

/** Who is logged in and where, looked up once for all handles that were made from one. */
interface Identity {
  /** The Postgres user. */
  user: Promise<string> | null;
  /** The workspace's URL. */
  host: Promise<string | null> | null;
}

/** Opens a handle without starting a process. */
export function openLakebase(settings: LakebaseSettings): Lakebase {
  const [executable = "", ...leading] = settings.command;
  // The CLI runs in a directory other than the one a relative path was meant for.
  const file = executable.includes("/") ? resolve(executable) : executable;
  return {
    settings: { ...settings, command: [file, ...leading] },
    limits: { ...defaultLimits, ...settings.limits },
    processes: new PQueue({ concurrency: settings.max_processes ?? 4 }),
    reads: new Map(),
    priority: 0,
    identity: { user: null, host: null },
  };
}

/** Returns the same Lakebase with a separate limit on concurrent CLI processes. */
export function withProcessCap(lakebase: Lakebase, max_processes: number): Lakebase {
  return { ...lakebase, processes: new PQueue({ concurrency: max_processes }), reads: new Map() };
}

/** Returns the same Lakebase, whose calls wait for others or go before them. @param priority higher ones come first */
export function withPriority(lakebase: Lakebase, priority: number): Lakebase {
  return { ...lakebase, priority };
}
