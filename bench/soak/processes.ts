import { readdirSync, readFileSync } from "node:fs";

/** Which part of the product a process is. */
export type Role = "server" | "worker" | "watchdog" | "daemon" | "postmaster" | "other";

export interface Process {
  pid: number;
  role: Role;
  command: string;
  /** Resident memory, in bytes. */
  memory: number;
  /** How many files and sockets it has open. */
  files: number;
}

/** Lists every process started for a folder, recognized by its command line or environment. Linux only. */
export function findProcesses(folder: string): Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      const read = (file: string) => readFileSync(`/proc/${name}/${file}`, "latin1");
      const command = read("cmdline").replaceAll("\0", " ").trim();
      if (command === "" || !(command.includes(folder) || read("environ").includes(folder))) return [];
      const pages = Number(read("statm").split(" ")[1]);
      const files = readdirSync(`/proc/${name}/fd`).length;
      return [{ pid: Number(name), role: nameRole(command), command, memory: pages * 4096, files }];
    } catch {
      // It ended while we looked.
      return [];
    }
  });
}

function nameRole(command: string): Role {
  if (/ worker run-\S+$/.test(command)) return "worker";
  if (/ watchdog run-\S+$/.test(command)) return "watchdog";
  if (/main\.js( serve)?$/.test(command)) return "server";
  if (/lakebase-local\.js daemon\b/.test(command)) return "daemon";
  return /^\S*postgres -D /.test(command) ? "postmaster" : "other";
}
