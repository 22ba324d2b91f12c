import type { ErrorCode } from "../../../schemas/error-codes.ts";
import { CoreError, type ErrorAdvice, getMessage } from "../../utils/core-error.ts";
import { maskLogins } from "../../utils/text/mask-logins.ts";
import { findRule } from "./failure-rules.ts";
import type { Failure } from "./rule.ts";

/** Lakebase, or the CLI that drives it, did not do what it was asked to. */
export class LakebaseError extends CoreError {
  override readonly name: string = "LakebaseError";
  /** What the CLI wrote to stderr; null if no CLI was run. */
  readonly raw: string | null;

  constructor(code: ErrorCode, message: string, advice: ErrorAdvice & { raw?: string }) {
    super(code, withTraceId(message, advice), advice);
    this.raw = advice.raw ?? null;
  }
}

const traceId = /\s*\[TraceId: [^\]]*\]/;

/** Adds the trace id, by which support finds a failure, to the message. */
function withTraceId(message: string, { raw, cause }: { raw?: string; cause?: unknown }): string {
  const [found] = traceId.exec(raw ?? getMessage(cause)) ?? [];
  return found === undefined || message.includes(found.trim()) ? message : `${message} ${found.trim()}`;
}

/** An error about one branch: its name, parent, or expiry. */
export class LakebaseBranchError extends LakebaseError {
  override readonly name: string = "LakebaseBranchError";
}

/** The workspace limits lifetimes to less than was requested, without saying what the limit is. */
export class LakebaseBranchTtlTooLongError extends LakebaseBranchError {
  override readonly name = "LakebaseBranchTtlTooLongError";
  /** The refused ttl (`"604800s"`) or expire time (RFC 3339). */
  readonly attemptedTtl: string;

  constructor(attemptedTtl: string, raw: string) {
    super(
      "ttl_too_long",
      `Lakebase refused the expiry ${attemptedTtl}: it exceeds this workspace's maximum.`,
      {
        hint:
          "Request a shorter ttl, such as 86400s, or no_expiry. The maximum is not published; " +
          "the time for which the project keeps its history is a good first guess.",
        raw,
      },
    );
    this.attemptedTtl = attemptedTtl;
  }
}

export function isTtlTooLongError(error: unknown): error is LakebaseBranchTtlTooLongError {
  return error instanceof LakebaseBranchTtlTooLongError;
}

export function hasCode(error: unknown, ...codes: readonly ErrorCode[]): error is LakebaseError {
  return error instanceof LakebaseError && codes.includes(error.code);
}

/** Interprets a failed CLI call. The CLI prints only the server's message, so its wording decides. */
export function interpretFailure(failure: Failure): LakebaseError {
  // It may name a proxy with its login.
  const raw = maskLogins(failure.stderr.trim());
  const text = withoutWarnings(raw).replaceAll(new RegExp(traceId, "g"), "");
  const rule = findRule(text);
  if (rule?.code === "ttl_too_long") return new LakebaseBranchTtlTooLongError(failure.expiry ?? "given", raw);
  const said = findHeadline(text) ?? `nothing (${failure.ending})`;
  const message = `${failure.command} failed. The CLI said: ${said}`;
  if (rule === undefined && failure.ending.startsWith("signal")) {
    const hint = "It was killed, as the system does when memory runs out. Call again.";
    return new LakebaseError("lakebase_failed", message, { hint, retryable: true, raw });
  }
  if (rule === undefined) {
    const hint = "This is all that the CLI reported. If it is not clear, check the setup.";
    return new LakebaseError("lakebase_failed", message, { hint, raw });
  }
  const advice = { hint: rule.hint(failure), retryable: rule.retryable ?? false, raw };
  if (rule.about === "branch") return new LakebaseBranchError(rule.code, message, advice);
  return new LakebaseError(rule.code, message, advice);
}

/** Removes the warnings that the CLI prints before it fails. */
function withoutWarnings(raw: string): string {
  const start = raw.search(/^Error: /m);
  if (start >= 0) return raw.slice(start);
  return raw.replace(/^warn(ing)?:.*$/gim, "").trim();
}

/** Returns the first line; the CLI's advice follows it. */
function findHeadline(text: string): string | null {
  const [line = ""] = text.replace(/^Error: /, "").split("\n");
  return line.trim() === "" ? null : line.trim();
}
