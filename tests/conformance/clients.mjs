import { execFile, execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { serveOverHttp } from "./http.mjs";

/**
 * `npm run conformance`: clients that nobody here wrote list what we have and call a tool, and the official suite plays
 * the scenarios that apply. They come by npx, as they are too large to be installed for everybody. Without a registry
 * that is skipped, unless `--required` is given.
 */
const isRequired = process.argv.includes("--required");
const root = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "lakebase-conformance-"));
// As root, Postgres runs as another user, and has to get through.
chmodSync(folder, 0o711);
const name = "lakebase-experiments";
const run = (program, args) =>
  promisify(execFile)(program, args, { cwd: folder, timeout: 180_000, maxBuffer: 2 ** 24 });
const config = join(folder, "mcp.json");
const env = { LAKEBASE_WORKSPACE: folder, LAKEBASE_LOCAL_HOME: join(folder, "local") };
const server = { command: process.execPath, args: [join(root, "dist/main.js")], env };

const inspector = ["@modelcontextprotocol/inspector@0.21.2", "--cli", "--config", config, "--server", name];
const mcporter = ["mcporter@0.9.0", "--config", config];
const mcpCli = ["@wong2/mcp-cli@2.0.0", "-c", config];

/** The scenarios of the official suite that need no tools made for it. It needs a newer Node, which comes from npm too. */
const scenarios = [
  "server-initialize",
  "ping",
  "tools-list",
  "resources-list",
  "resources-subscribe",
  "resources-unsubscribe",
  "prompts-list",
  "server-sse-multiple-streams",
  "dns-rebinding-protection",
];
const suite = ["-p", "node@22", "-p", "@modelcontextprotocol/conformance@0.1.16", "conformance", "server"];

/** The Node versions that the package promises to run on. They come from npm too. */
const nodeVersions = [20, 22, 24];

/** By client: its commands, and what has to be in what each prints. */
const checks = [
  [
    [[...inspector, "--method", "tools/list"], '"wait_for_run"'],
    [[...inspector, "--method", "tools/call", "--tool-name", "check_setup"], '"default_branch"'],
    [[...inspector, "--method", "resources/list"], "lakebase://plan.schema.json"],
    [[...inspector, "--method", "prompts/list"], '"compare_designs"'],
  ],
  [
    [[...mcporter, "list", name, "--json"], '"wait_for_run"'],
    [[...mcporter, "call", `${name}.check_setup`, "--output", "json"], '"default_branch"'],
  ],
  [
    [[...mcpCli, "call-tool", `${name}:check_setup`, "--args", "{}"], '"default_branch"'],
    [[...mcpCli, "get-prompt", `${name}:compare_designs`, "--args", '{"goal":"a cart"}'], "Goal: a cart"],
  ],
];

try {
  writeFileSync(config, JSON.stringify({ mcpServers: { [name]: server } }));
  if (isRequired || (await isReachable()))
    await Promise.all([...checks.map(runAll), runScenarios(), runOnEachNode()]);
  else process.stdout.write("Skipped: the registry of npm cannot be reached.\n");
} finally {
  const stop = [join(root, "dist/lakebase-local.js"), "stop"];
  execFileSync(process.execPath, stop, { env: { ...process.env, ...env }, stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
}

/** Whether npx can get what it needs. */
function isReachable() {
  return run("npm", ["view", "mcporter@0.9.0", "version"]).then(
    () => true,
    () => false,
  );
}

async function runScenarios() {
  const { url, close } = await serveOverHttp(server);
  try {
    await runAll(
      scenarios.map((scenario) => [[...suite, "--url", url, "--scenario", scenario], " 0 failed"]),
    );
  } finally {
    await close();
  }
}

/** A server of each Node version lists its tools and calls one. */
async function runOnEachNode() {
  const servers = {};
  for (const version of nodeVersions) {
    const { stdout } = await run("npx", ["-y", "-p", `node@${version}`, "node", "-p", "process.execPath"]);
    servers[`node-${version}`] = { ...server, command: stdout.trim() };
  }
  const each = join(folder, "nodes.json");
  writeFileSync(each, JSON.stringify({ mcpServers: servers }));
  const inspect = ["@modelcontextprotocol/inspector@0.21.2", "--cli", "--config", each, "--server"];
  for (const node of Object.keys(servers))
    await runAll([
      [[...inspect, node, "--method", "tools/list"], '"wait_for_run"'],
      [[...inspect, node, "--method", "tools/call", "--tool-name", "check_setup"], '"default_branch"'],
    ]);
}

/** One after the other: npx installs a client with its first command. */
async function runAll(checks) {
  for (const [command, expected] of checks) {
    const label = command.filter((word) => !word.startsWith(folder)).join(" ");
    const { stdout } = await run("npx", ["-y", ...command]);
    if (!stdout.includes(expected)) throw new Error(`${label} did not print ${expected}:\n${stdout}`);
    process.stdout.write(`ok  ${label}\n`);
  }
}
