import type { ErrorCode } from "../../schemas/error-codes.ts";

/** By the code of an error: the command that helps. */
export const commandHelp: Partial<Record<ErrorCode, string>> = {
  unknown_feature: "lakebase-experiments init FEATURE writes one from what the project has.",
  unknown_experiment: "lakebase-experiments compare FEATURE lists the existing ones.",
  no_experiments: "lakebase-experiments create FEATURE EXPERIMENT… creates them.",
  unknown_run: "lakebase-experiments runs lists them.",
  experiment_busy: "The commands are lakebase-experiments wait RUN and lakebase-experiments cancel RUN.",
  cli_missing: "lakebase-experiments doctor shows more.",
  lakebase_failed: "lakebase-experiments doctor checks it.",
};
