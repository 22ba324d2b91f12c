import type { ChildProcess } from "node:child_process";

/** How long nothing may be printed after a process has ended until its output counts as complete, in milliseconds. */
const quietMs = 500;

/**
 * Stops reading the output of a process that has ended while something that it started, such as a daemon of a hook,
 * keeps it open: nobody waits for that to end. What the process itself printed is read first.
 */
export function letGoOfOutput(child: ChildProcess): void {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
  let isRead = false;
  for (const stream of streams)
    stream.on("data", () => {
      isRead = true;
    });
  child.once("exit", () => {
    const look = () => {
      isRead = false;
      // A timer that is late comes before what there is to read.
      setImmediate(() => {
        if (!isRead) for (const stream of streams) stream.destroy();
        else timer.refresh();
      });
    };
    const timer = setTimeout(look, quietMs);
    child.once("close", () => clearTimeout(timer));
  });
}
