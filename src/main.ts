import { parseArgs } from "node:util";
import { type Config, loadConfig } from "./config.ts";
import type { Context } from "./context.ts";
import { CoreError, describeError } from "./core-error.ts";
import { openLakebase } from "./lakebase/lakebase.ts";

const usage = `Usage: lakebase-experiments [COMMAND] [OPTIONS]

Commands
  serve             speak MCP over stdio (the default)
  compare FEATURE   the comparison of a feature's experiments
  doctor            say what is set up, what is wrong and how to mend it
  local ARGS…       the stand-in for Lakebase, as lakebase-local

Options
  --workspace DIR   the project's main checkout; default: this folder
  --project ID      the Lakebase project; default: the stand-in on this machine
  --profile NAME    the profile of the databricks CLI
  --format FORMAT   of compare: table, json, csv, markdown, or html, which writes a page and prints its path;
                    default: table on a terminal, else json
`;

type Shared = Omit<Context, "signal" | "progress">;

interface Flags {
  format?: string | undefined;
}

const commands: Record<string, (shared: Shared, args: string[], flags: Flags) => Promise<void>> = {
  serve: async (shared) => {
    const [{ serve }, { tools }] = await Promise.all([import("./mcp/serve.ts"), import("../tools/index.ts")]);
    await serve(tools, shared);
  },
  worker: async (shared, [runId = ""]) => {
    const { runWorker } = await import("./runs/worker.ts");
    await runWorker(shared, runId);
  },
  guard: async ({ workspace }, [runId = ""]) => {
    const { runGuard } = await import("./runs/guard.ts");
    await runGuard(workspace, runId);
  },
  compare: async ({ workspace }, [feature_id = ""], { format }) => {
    const { presentComparison } = await import("./comparison/present.ts");
    print(await presentComparison({ workspace, feature_id }, format, process.stdout));
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

async function main(argv: string[]): Promise<void> {
  if (argv[0] === "local") return runLocal(argv.slice(1));
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      workspace: { type: "string" },
      project: { type: "string" },
      profile: { type: "string" },
      format: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const [name = "serve", ...args] = positionals;
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (values.help === true) return print(usage);
  if (command === undefined)
    throw new CoreError("unknown_command", `There is no command ${name}.`, { hint: usage });
  await command(share(loadConfig(values, process.env)), args, values);
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

main(process.argv.slice(2)).catch((error: unknown) => {
  const { code, message, hint } = describeError(error);
  process.stderr.write(`${code}: ${message}\n${hint}\n`);
  process.exitCode = 1;
});
