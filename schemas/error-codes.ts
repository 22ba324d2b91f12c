import { bundleErrors } from "./error-codes/bundles.ts";
import { gitErrors } from "./error-codes/git.ts";
import { inputErrors } from "./error-codes/input.ts";
import { lakebaseErrors } from "./error-codes/lakebase.ts";
import { machineErrors } from "./error-codes/machine.ts";
import { promotionErrors } from "./error-codes/promotion.ts";
import { queueErrors } from "./error-codes/queue.ts";
import { runErrors } from "./error-codes/runs.ts";

/** Every code that an error may carry, by area. `docs/errors.md` is generated from it (`npm run docs`). */
export const errorCodes = {
  input: inputErrors,
  Lakebase: lakebaseErrors,
  "git and worktrees": gitErrors,
  runs: runErrors,
  bundles: bundleErrors,
  queue: queueErrors,
  promotion: promotionErrors,
  "machine and records": machineErrors,
} as const;

type KeysOfEach<Area> = Area extends Area ? keyof Area : never;
/** Using a code that is not in the table is a compile error. */
export type ErrorCode = KeysOfEach<(typeof errorCodes)[keyof typeof errorCodes]>;

/** True if this version knows the code, which may come from a record of another version. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.values(errorCodes).some((area) => Object.hasOwn(area, text));
}
