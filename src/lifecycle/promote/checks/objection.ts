import type { ErrorDescription } from "../../../../schemas/error.ts";
import type { ErrorCode } from "../../../../schemas/error-codes.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { describeError } from "../../../utils/describe-error.ts";
import { asKnownError } from "../../../utils/processes/system-errors.ts";

/** A reason not to promote. */
export interface Objection extends ErrorDescription {
  /** Whether the caller may accept it by its code and continue. */
  acceptable: boolean;
  /** What it blocks: the verification (and so the promotion), or only the promotion. */
  blocks: "verification" | "promotion";
}

export function createObjection(
  code: ErrorCode,
  message: string,
  {
    hint,
    acceptable = false,
    retryable = false,
    blocks = "promotion",
  }: Pick<Objection, "hint"> & Partial<Objection>,
): Objection {
  return { code, message, hint, retryable, acceptable, blocks };
}

/** Turns a known error into an objection to the verification; rethrows any other. */
export function toObjection(error: unknown): Objection {
  return { ...describeError(asKnownError(error)), acceptable: false, blocks: "verification" };
}

/** Throws the first objection, naming the codes of the others. */
export function refuse(objections: readonly Objection[]): void {
  const [first, ...others] = objections;
  if (first === undefined) return;
  const codes = others.map(({ code }) => code).join(", ");
  const more = others.length === 0 ? "" : ` Other objections: ${codes}.`;
  const accept = first.acceptable ? ` Or override it: accept ["${first.code}"].` : "";
  throw new CoreError(first.code, `${first.message}${more}`, {
    hint: `${first.hint}${accept}`,
    retryable: first.retryable,
  });
}
