import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { NextAction } from "../schemas/comparison/comparison.ts";
import type { PromoteFlags } from "./cli/promote.ts";
import type { RecordFlags } from "./cli/record.ts";
import type { RunFlags } from "./cli/run.ts";
import { type Config, loadConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { openLakebase } from "./lakebase/lakebase.ts";
import { CoreError, getMessage } from "./utils/core-error.ts";
import { describeError } from "./utils/describe-error.ts";

const usage = `Usage: lakebase-experiments [COMMAND] [OPTIONS]

Commands
  serve             speak MCP over stdio (the default)
  init FEATURE      write the plan of a feature from what the project has; a plan that is there is kept
  run FEATURE [EXPERIMENTS…]
                    race experiments, all by default, and show the race; exits with 0 when every one succeeded, 2 when
                    one did not, 3 when the run was ended early, 130 after Ctrl-C, which leaves it running
  runs [FEATURE]    the runs so far, newest first
  wait RUN          show a run until it ends; exits as run does
  cancel RUN        end a run
  exec FEATURE EXPERIMENT -- COMMAND
                    run a command with the experiment's login in its environment; exits with its status
  record FEATURE EXPERIMENT TAG
                    keep what a suite that ran elsewhere came to: counts, or a report to count; it is shown apart as
                    reported, and decides nothing
  compare FEATURE   the comparison of a feature's experiments
  promote FEATURE EXPERIMENT
                    show what it takes to bring a winner home and what stands against it, then verify and promote it;
                    asks first on a terminal, elsewhere acts with --yes alone; exits with 0 when it is promoted, else 2
  doctor            say what is set up, what is wrong and how to fix it
  tools             what tools/list answers, as JSON
  local ARGS…       the stand-in for Lakebase, as lakebase-local

Options
  --workspace DIR   the project's main checkout; default: this folder
  --project ID      the Lakebase project; default: the stand-in on this machine
  --profile NAME    the profile of the databricks CLI
  --tags A,B        of run: these tags alone; default: all of the plan
  --cycle ID        of run: default the next, as C3
  --repeat N        of run: run each suite so often, to find flaky tests
  --concurrency N   of run: at most the plan's cap, the default
  --quiet           of run: one experiment at work at a time, in turns, for measuring
  --yes             of promote: act without asking
  --accept A,B      of promote: codes of what stands against it and is accepted
  --passed N        of record, with --failed N: the counts
  --report FILE     of record: a report to count instead, in the workspace or the experiment's worktree
  --commit ID       of record: what it ran on; default: where the experiment's code stands
  --format FORMAT   of record: the report's, where it is not clear: junit, vitest-json, jest-json, playwright-json, tap
                    or ctrf; of compare: table, json, csv, markdown, or html, which writes a page and prints its path;
                    default: table on a terminal, else json
`;

type Shared = Omit<Context, "signal" | "progress">;

interface Flags extends RunFlags, PromoteFlags, RecordFlags {
  format?: string | undefined;
}

const commands: Record<string, (shared: Shared, args: string[], flags: Flags) => Promise<void>> = {
  serve: async (shared) => {
    const { serve } = await import("./mcp/serve.ts");
    await serve(new URL("./tools.json", import.meta.url), loadTools, shared);
  },
  tools: async () => {
    const { listTools } = await import("./mcp/list-tools.ts");
    print(JSON.stringify({ tools: listTools(await loadTools()) }));
  },
  init: async (shared, args) => (await import("./cli/init.ts")).init(shared, args),
  run: async (shared, args, flags) => (await import("./cli/run.ts")).run(shared, args, flags),
  runs: async (shared, args) => (await import("./cli/runs.ts")).runs(shared, args),
  wait: async (shared, args) => (await import("./cli/wait.ts")).wait(shared, args),
  cancel: async (shared, args) => (await import("./cli/cancel.ts")).cancel(shared, args),
  record: async (shared, args, flags) => (await import("./cli/record.ts")).record(shared, args, flags),
  promote: async (shared, args, flags) => (await import("./cli/promote.ts")).promote(shared, args, flags),
  exec: async (shared, args) => (await import("./cli/exec.ts")).exec(shared, args),
  worker: async (shared, [runId = ""]) => {
    const { runWorker } = await import("./runs/worker/worker.ts");
    await runWorker(
      shared,
      runId,
      async ({ feature_id }) => {
        const { workspace } = shared;
        const { readRaces, writeComparisonPage } = await loadComparison();
        const races = await readRaces(workspace, feature_id, runId);
        await writeComparisonPage({ workspace, feature_id, races });
      },
      {
        verification: async (spec) => (await import("./lifecycle/promote/verify.ts")).verify(spec),
        promotion: async (spec) => (await import("./lifecycle/promote/promote.ts")).promote(spec),
      },
    );
  },
  guard: async ({ workspace }, [runId = ""]) => {
    const { runGuard } = await import("./runs/recovery/guard.ts");
    await runGuard(workspace, runId);
  },
  "read-report": async () => {
    const { answerReader } = await import("./runs/suite/read-apart.ts");
    await answerReader();
  },
  compare: async ({ workspace }, [feature_id = ""], { format }) => {
    const [{ readRaces, presentComparison }, { describeNextCommand }] = await Promise.all([
      loadComparison(),
      import("./cli/next-command.ts"),
    ]);
    const races = await readRaces(workspace, feature_id);
    const describeNext = (action: NextAction) => describeNextCommand(action, feature_id);
    print(await presentComparison({ workspace, feature_id, races }, format, process.stdout, describeNext));
  },
  doctor: async (shared) => {
    const [{ checkSetup, isUsable }, { renderSetup }] = await Promise.all([
      import("./setup/check-setup.ts"),
      import("./setup/render-setup.ts"),
    ]);
    const setup = await checkSetup({ ...shared, signal: new AbortController().signal, progress: () => {} });
    print(renderSetup(setup));
    if (!isUsable(setup)) process.exitCode = 1;
  },
};

async function loadComparison() {
  const [racing, present, page] = await Promise.all([
    import("./runs/caller/racing.ts"),
    import("./comparison/views/present.ts"),
    import("./comparison/views/page/write-page.ts"),
  ]);
  return { ...racing, ...present, ...page };
}

async function loadTools() {
  return (await import("../tools/index.ts")).tools;
}

async function main(argv: string[]): Promise<void> {
  if (argv[0] === "local") return runLocal(argv.slice(1));
  const { values, positionals } = parseCommandLine(argv);
  const [name = "serve", ...args] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (values.help === true) return print(usage);
  if (command === undefined)
    throw new CoreError("unknown_command", `There is no command ${name}.`, { hint: usage });
  await command(share(loadConfig(values, process.env, fileURLToPath(import.meta.url))), args, values);
}

/** @throws CoreError `invalid_input` for an option that there is not, or that lacks its value */
function parseCommandLine(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        workspace: { type: "string" },
        project: { type: "string" },
        profile: { type: "string" },
        format: { type: "string" },
        tags: { type: "string" },
        cycle: { type: "string" },
        repeat: { type: "string" },
        concurrency: { type: "string" },
        quiet: { type: "boolean" },
        yes: { type: "boolean" },
        accept: { type: "string" },
        passed: { type: "string" },
        failed: { type: "string" },
        report: { type: "string" },
        commit: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (cause) {
    throw new CoreError("invalid_input", getMessage(cause), { hint: usage, cause });
  }
}

function share({ lakebase, ...config }: Config): Shared {
  return { ...config, lakebase: openLakebase(lakebase) };
}

/** The stand-in is a program of its own, beside this one. */
async function runLocal(args: string[]): Promise<void> {
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  await import(new URL("./lakebase-local.js", import.meta.url).href);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What to do about an error where one of our commands does it. */
const hints = { unknown_feature: "lakebase-experiments init FEATURE writes one from what the project has." };

main(process.argv.slice(2)).catch((error: unknown) => {
  const { code, message, hint } = describeError(error, hints);
  process.stderr.write(`${code}: ${message}\n${hint}\n`);
  process.exitCode = 1;
});
