import { fileURLToPath } from "node:url";
import packageJson from "../package.json" with { type: "json" };
import type { Command } from "./cli/command.ts";
import { commandHelp } from "./cli/command-help.ts";
import { commands as commandsForPeople } from "./cli/commands.ts";
import { internalCommands } from "./cli/internal-commands.ts";
import { parseCommandLine } from "./cli/parse.ts";
import { print } from "./cli/print.ts";
import { loadConfig } from "./config.ts";
import { KnownLogins } from "./lakebase/connection/known-logins.ts";
import { openLakebase } from "./lakebase/lakebase.ts";
import { spareRun } from "./runs/spare-run.ts";
import { describeError } from "./utils/describe-error.ts";
import { SpareProcess } from "./utils/processes/spare-process.ts";

const commands: Readonly<Record<string, Command>> = {
  serve: {
    summary: "speak MCP over stdio (the default)",
    options: ["read-only", "tools", "feature"],
    run: async (shared, _args, flags) => {
      const { serve } = await import("./mcp/serve.ts");
      const { readOffer } = await import("./mcp/offer.ts");
      const list = new URL("./tools.json", import.meta.url);
      const skill = new URL("../skills/compare-designs/SKILL.md", import.meta.url);
      const app = new URL("./comparison-app.js", import.meta.url);
      const parts = { list, skill, app, loadTools, offer: await readOffer(flags, loadToolGroups) };
      const kept = {
        logins: new KnownLogins(shared.lakebase),
        spare: new SpareProcess([...shared.launch, "worker", spareRun], shared.workspace),
      };
      await serve(parts, { ...shared, ...kept });
    },
  },
  ...commandsForPeople,
  tools: {
    summary: "print what tools/list answers, as JSON",
    options: ["read-only", "tools", "feature"],
    run: async (_shared, _args, flags) => {
      const { listTools } = await import("./mcp/list-tools.ts");
      const { readOffer, selectTools } = await import("./mcp/offer.ts");
      const offer = await readOffer(flags, loadToolGroups);
      print(JSON.stringify({ tools: selectTools(listTools(await loadTools()), offer) }));
    },
  },
  local: {
    parameters: "[ARGUMENT…]",
    summary: "call lakebase-local, the emulator of Lakebase",
    run: async () => {},
  },
  ...internalCommands,
};

async function main(argv: string[]): Promise<void> {
  if (argv[0] === "local") return runLocal(argv.slice(1));
  if (argv[0] === "--version") return print(packageJson.version);
  const { name, command, args, flags } = parseCommandLine(commands, argv);
  if (flags.help === true) {
    const { renderCommandHelp, renderHelp } = await import("./cli/render/help.ts");
    return print(argv.includes(name) ? renderCommandHelp(name, command) : renderHelp(commands));
  }
  const { lakebase, ...config } = loadConfig(flags, process.env, fileURLToPath(import.meta.url));
  await command.run({ ...config, lakebase: openLakebase(lakebase) }, args, flags);
}

async function loadToolGroups() {
  return (await import("../tools/index.ts")).toolGroups;
}

async function loadTools() {
  return (await import("../tools/index.ts")).tools;
}

/** The emulator is a separate program, next to this one, and parses its own arguments. */
async function runLocal(args: string[]): Promise<void> {
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
  await import(new URL("./lakebase-local.js", import.meta.url).href);
}

// Where nobody reads any more, as after `| head`, a command still finishes what it has begun.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

main(process.argv.slice(2)).catch((error: unknown) => {
  const { code, message, hint } = describeError(error, commandHelp);
  process.stderr.write(`${code}: ${message}\n${hint}\n`);
  process.exitCode = 1;
});
