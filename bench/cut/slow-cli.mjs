// Answers like the CLI after a fixed delay, from branches that are files in $SLOW_CLI: a branch is ready some time after
// it was created. Every call is a line of the file `calls`.
import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const { SLOW_CLI: folder, SLOW_CLI_DELAY_MS: delay, SLOW_CLI_READY_MS: readyAfter } = process.env;
const [, name, ...args] = process.argv.slice(2);
appendFileSync(join(folder, "calls"), `${name}\n`);
await sleep(Number(delay));

const branchPath = (branch) => join(folder, `branch-${branch}`);
const until = (branch) => statSync(branchPath(branch)).mtimeMs + Number(readyAfter) - Date.now();

function view(branch) {
  const isDefault = branch === "production";
  const isReady = isDefault || until(branch) <= 0;
  return {
    name: `projects/p/branches/${branch}`,
    uid: `br-${branch}`,
    create_time: new Date(0).toISOString(),
    status: {
      branch_id: branch,
      current_state: isReady ? "READY" : "INIT",
      default: isDefault,
      is_protected: false,
      ...(!isDefault && { source_branch: "projects/p/branches/production" }),
    },
  };
}

function print(value) {
  process.stdout.write(JSON.stringify(value));
}

function refuse(message) {
  process.stderr.write(`Error: ${message}\n`);
  process.exitCode = 1;
}

switch (name) {
  case "list-branches":
    print(
      ["production", ...readdirSync(folder).flatMap((file) => /^branch-(.+)/.exec(file)?.[1] ?? [])].map(
        view,
      ),
    );
    break;
  case "get-branch": {
    const branch = basename(args[0]);
    if (branch === "production" || existsSync(branchPath(branch))) print(view(branch));
    else refuse(`branch id '${branch}' not found`);
    break;
  }
  case "create-branch": {
    const branch = args[1];
    writeFileSync(branchPath(branch), "", { flag: "wx" });
    if (!args.includes("--no-wait")) await sleep(Number(readyAfter));
    print(view(branch));
    break;
  }
  default:
    refuse(`unknown command "${name}" for "databricks postgres"`);
}
