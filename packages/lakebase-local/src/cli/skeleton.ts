import type { Command, Flag } from "../commands.ts";
import { type Arguments, isOn } from "./arguments.ts";
import { findFields } from "./json-flag.ts";

/** The flag's first proposed name, and the two names that replaced it. */
const [whole, full, requiredOnly] = [
  "generate-skeleton",
  "generate-skeleton-full",
  "generate-skeleton-required-only",
] as const;

export const skeletonFlags: Flag[] = [whole, full, requiredOnly].map((name) => ({ name, kind: "bool" }));

/**
 * Returns the JSON that a command takes, with every field empty, if a flag asks for it instead of running the command.
 * @throws Error when the flag is combined with anything else
 */
export function readSkeleton(command: Command, { positionals, flags }: Arguments): object | undefined {
  const asked = skeletonFlags.map(({ name }) => name).filter((name) => isOn(flags.get(name)));
  const [flag] = asked;
  if (flag === undefined) return undefined;
  if (positionals[0] !== undefined)
    throw new Error(`unknown command "${positionals[0]}" for "lakebase-local postgres ${command.name}"`);
  if (asked.length > 1) {
    const all = `[${asked.join(" ")}]`;
    throw new Error(
      `if any flags in the group ${all} are set none of the others can be; ${all} were all set`,
    );
  }
  if (flags.has("json")) throw new Error(`--${flag} cannot be combined with --json`);
  return flag === requiredOnly ? listRequiredFields(command) : findFields(command);
}

/** Of all fields that are given as JSON, only a credential's endpoint is required by Lakebase's own description. */
function listRequiredFields({ name }: Command): object {
  return name === "generate-database-credential" ? { endpoint: "" } : {};
}
