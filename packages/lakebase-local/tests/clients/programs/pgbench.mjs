import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { printAnswers } from "./answers.mjs";

const run = promisify(execFile);

await printAnswers({
  transactions: async () => {
    await run("pgbench", ["--initialize", "--quiet"]);
    const load = ["--client=8", "--transactions=25", "--protocol=prepared", "--no-vacuum"];
    const { stdout } = await run("pgbench", load);
    return /actually processed: (\S+)/.exec(stdout)?.[1] ?? stdout;
  },
});
