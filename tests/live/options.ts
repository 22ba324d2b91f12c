import { parseArgs } from "node:util";

export interface LiveOptions {
  profile?: string | undefined;
  /** A project to test on. It is never removed. Default: one that is made for the run. */
  project?: string | undefined;
  /** Remove the project that was made, if every test passed. */
  teardown: boolean;
  /** Leave five seconds to stop before a project is made. */
  prompt: boolean;
}

/** @throws TypeError for an option that there is not */
export function parseLiveOptions(args: string[]): LiveOptions {
  const { values } = parseArgs({
    args,
    options: {
      profile: { type: "string" },
      project: { type: "string" },
      teardown: { type: "boolean", default: false },
      "no-prompt": { type: "boolean", default: false },
    },
  });
  const { profile, project, teardown, "no-prompt": noPrompt } = values;
  return { profile, project, teardown, prompt: !noPrompt };
}
