import { isAbsolute } from "node:path";
import * as z from "zod";
import { LocalError } from "../local-error.ts";

const day = 86_400;
const positive = () => z.coerce.number("give a number").positive("give a positive number");
const seconds = (fallback: number) => positive().default(fallback);
const count = (fallback: number) => positive().int("give a whole number").default(fallback);

/** What a daemon can be told, by the environment of the command that starts it. */
const settings = z.object({
  /** Seconds without a request or a connection after which the daemon ends. Longer than a credential lives. */
  idle_seconds: seconds(7200),
  /** Seconds without a connection after which a branch is stopped; by default what its endpoint says. */
  suspend_seconds: positive().optional(),
  /** The longest time a branch may be given to live, in seconds. */
  max_ttl_seconds: seconds(30 * day),
  /** How long a deleted branch or project can be undeleted, in seconds. */
  deleted_seconds: seconds(3600),
  /** Branches per project. */
  max_branches: count(500),
  /** Branches per project that run at the same time, beside the default one. */
  max_computes: count(20),
  /** Bytes that a new branch must leave free on the disk. */
  min_free_bytes: count(256 * 1024 ** 2),
  /** A folder with files of extensions that every state directory is to have. */
  extensions: z.string().refine(isAbsolute, "give the absolute path of a folder").optional(),
});
export type Settings = z.infer<typeof settings>;

/**
 * Reads the settings from variables such as LAKEBASE_LOCAL_MAX_BRANCHES.
 * @throws LocalError that names the variable.
 */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const given = Object.keys(settings.shape).map((key) => [key, environment[nameVariable(key)] || undefined]);
  const parsed = settings.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new LocalError(`${nameVariable(String(issue?.path[0]))} is not valid: ${issue?.message}`, {
    hint: "Correct it or unset it.",
  });
}

function nameVariable(key: string): string {
  return `LAKEBASE_LOCAL_${key.toUpperCase()}`;
}
