import { setMaxListeners } from "node:events";
import type { Context } from "../context.ts";
import type { Flags, OptionName } from "./options.ts";

/** The part of a call's context that a command receives; it adds its own signal and progress. */
export type Shared = Omit<Context, "signal" | "progress">;

/** Opens the context of a core call that is never cancelled and reports no progress. */
export function openContext(shared: Shared): Context {
  const { signal } = new AbortController();
  // Whatever works on many experiments waits for all of them with the same signal.
  setMaxListeners(0, signal);
  return { ...shared, signal, progress: () => {} };
}

export interface Command {
  /** Its arguments, as in `FEATURE [EXPERIMENT…]`: brackets for optional ones, … for repeatable ones. */
  parameters?: string;
  /** What it does, as a sentence without its full stop. */
  summary: string;
  /** More about it, for its own help: its questions and exit statuses. */
  details?: string;
  /** The options it takes in addition to the shared ones. */
  options?: readonly OptionName[];
  /** Descriptions of options that mean something different here. */
  optionTexts?: Readonly<Partial<Record<OptionName, string>>>;
  /** For the program's own use, and hidden from help. */
  isInternal?: boolean;
  run: (shared: Shared, args: string[], flags: Flags) => Promise<void>;
}
