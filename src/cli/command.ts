import type { Context } from "../context.ts";
import type { Flags, OptionName } from "./options.ts";

/** What a command gets of the call's context; it brings its own signal and progress. */
export type Shared = Omit<Context, "signal" | "progress">;

/** The context of a core call that nothing cancels and that tells nobody how far it is. */
export function openContext(shared: Shared): Context {
  return { ...shared, signal: new AbortController().signal, progress: () => {} };
}

export interface Command {
  /** What it is called with, as in `FEATURE [EXPERIMENT…]`: brackets for what may be left out, … for what may repeat. */
  parameters?: string;
  /** What it does, as a sentence without its full stop. */
  summary: string;
  /** More about it, for its own help: what it asks, its exit statuses. */
  details?: string;
  /** The options that it takes beside the shared ones. */
  options?: readonly OptionName[];
  /** What an option means here, where that is not what it means elsewhere. */
  optionTexts?: Readonly<Partial<Record<OptionName, string>>>;
  /** For the program itself, and shown to nobody. */
  isInternal?: boolean;
  run: (shared: Shared, args: string[], flags: Flags) => Promise<void>;
}
