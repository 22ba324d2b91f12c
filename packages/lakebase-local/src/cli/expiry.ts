import { isObject, readField } from "../fields.ts";
import { isOn, parseGoDuration } from "./arguments.ts";

const units: Record<string, number> = { d: 24 * 3600, w: 7 * 24 * 3600 };

/**
 * Adds what `--ttl` and `--no-expiry` say to the body of a new branch.
 * @throws Error when the expiration is set more than once, or cannot be read
 */
export function addExpiry(body: unknown, flags: Map<string, string>): unknown {
  const [ttl, noExpiry] = [flags.get("ttl"), flags.get("no-expiry")];
  if (!isObject(body) || (ttl === undefined && noExpiry === undefined)) return body;
  if (noExpiry !== undefined && !isOn(noExpiry))
    throw new Error("--no-expiry=false is not valid; use --ttl to set an expiration");
  const spec = readField(body, "spec");
  const inJson = ["ttl", "expire_time", "no_expiry"].map((name) => readField(spec, name));
  if ([ttl, noExpiry, ...inJson].filter((value) => value !== undefined).length > 1)
    throw new Error(
      "branch expiration set more than once; use only one of --ttl, --no-expiry and an expiration in --json",
    );
  const expiry = ttl === undefined ? { no_expiry: true } : { ttl: `${readSeconds(ttl)}s` };
  return { ...body, spec: { ...(isObject(spec) && spec), ...expiry } };
}

/** Seconds of `7d`, `3w` or a Go duration. */
function readSeconds(text: string): number {
  const [, count, unit = ""] = /^(\d+)([dw])$/.exec(text) ?? [];
  const seconds = count === undefined ? parseGoDuration(text) : Number(count) * (units[unit] ?? 1);
  if (seconds !== undefined && seconds > 0) return seconds;
  throw new Error(`invalid --ttl "${text}"; use a duration such as 7d, 168h or 604800s`);
}
