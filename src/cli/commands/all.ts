/*
 * The commands for people, loaded together. If each were loaded on its own, the build would cut what they share into so
 * many files that a worker, which opens all of its own at once, fails if few files may be open.
 */

export { cancel } from "./cancel.ts";
export { runCleanUp } from "./clean-up.ts";
export { close } from "./close.ts";
export { compare } from "./compare.ts";
export { create } from "./create.ts";
export { deleteBranchCommand } from "./delete-branch.ts";
export { doctor } from "./doctor.ts";
export { exec } from "./exec.ts";
export { importCommand } from "./import.ts";
export { init } from "./init.ts";
export { promote } from "./promote.ts";
export { record } from "./record.ts";
export { run } from "./run.ts";
export { runs } from "./runs.ts";
export { status } from "./status.ts";
export { wait } from "./wait.ts";
export { workUntilEnded } from "./work.ts";
