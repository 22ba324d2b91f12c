import { join } from "node:path";
import * as z from "zod";
import { errorSchema } from "../../schemas/error.ts";
import { runSchema } from "../../schemas/run.ts";
import { Knowledge } from "./knowledge.ts";
import type { LocalTools } from "./local-tools.ts";
import type { Args, Session } from "./session.ts";

/** An agent whose moves are scripted. It may only use what it was told. */
export interface Agent {
  /** Calls the tool that the previous answer names as the next step. */
  follow: Call;
  /** Calls a tool to reach the goal, whatever the previous answer says. */
  choose: Call;
  /** Returns the error of a call that must fail. */
  refuse: (name: string, args: Args) => Promise<z.infer<typeof errorSchema>>;
  /** Waits until a run has ended. */
  waitForRun: (run_id: string) => Promise<z.infer<typeof runSchema>>;
  read: (path: string) => Promise<string>;
  /** Writes a file into a folder that an answer named. */
  write: (directory: string, files: Record<string, string>) => Promise<void>;
  /** Commits everything in a folder that an answer named. */
  commit: (directory: string) => Promise<void>;
}

type Call = <Schema extends z.ZodType>(schema: Schema, name: string, args?: Args) => Promise<z.infer<Schema>>;

export function createAgent(goal: string, session: Session, localTools: LocalTools): Agent {
  const knowledge = new Knowledge(goal, session.instructions, session.tools);

  const request = async (name: string, args: Args) => {
    knowledge.requireKnown({ name, ...args });
    const result = await session.call(name, args);
    knowledge.learnAnswer(result.structuredContent);
    return result;
  };

  const choose: Call = async (schema, name, args = {}) => {
    const result = await request(name, args);
    if (result.isError) throw new Error(`${name}: ${result.content[0]?.text}`);
    return schema.parse(result.structuredContent);
  };

  const follow: Call = (schema, name, args = {}) => {
    knowledge.requireAdvice(name);
    return choose(schema, name, args);
  };

  return {
    choose,
    follow,
    refuse: async (name, args) => {
      const result = await request(name, args);
      if (!result.isError) throw new Error(`${name} succeeded: ${result.content[0]?.text}`);
      return z.object({ error: errorSchema }).parse(result.structuredContent).error;
    },
    waitForRun: async (run_id) => {
      for (;;) {
        const run = await follow(runSchema, "wait_for_run", { run_id });
        if (run.state !== "queued" && run.state !== "running") return run;
      }
    },
    read: async (path) => {
      knowledge.requireKnown(path);
      const text = await localTools.read(path);
      knowledge.learn(text);
      return text;
    },
    write: async (directory, files) => {
      knowledge.requireKnown(directory);
      for (const [name, content] of Object.entries(files))
        await localTools.write(join(directory, name), content);
    },
    commit: async (directory) => {
      knowledge.requireKnown(directory);
      const printed = await localTools.run(directory, "git add --all && git commit --quiet -m change");
      if (printed !== "") throw new Error(printed);
    },
  };
}
