import { median } from "../../src/comparison/statistics/sample.ts";
import type { Process, Role } from "./processes.ts";

/** How many samples of a process show whether it grows. */
const enough = 9;

/** The most growth allowed, because caches fill and garbage collection takes time. In bytes; files by number. */
const allowed = { memory: 48 * 2 ** 20, files: 8 };

/** Follows the resources used by long-lived processes, from round to round. */
export function watchGrowth() {
  const lives = new Map<number, Process[]>();
  return {
    look: (processes: readonly Process[]) => {
      for (const each of processes)
        if (isLasting(each.role)) lives.set(each.pid, [...(lives.get(each.pid) ?? []), each]);
    },
    /** Returns a line for the longest-lived process of each part, and what grew more than allowed. */
    report: () => {
      const longest = [...lives.values()].sort((a, b) => b.length - a.length);
      const roles: Role[] = ["server", "daemon"];
      const lines = roles.flatMap((role) => {
        const life = longest.find(([first]) => first?.role === role);
        return life === undefined || life.length < enough ? [] : [describe(role, life)];
      });
      return {
        lines: lines.map(({ line }) => line),
        grown: lines.flatMap(({ line, isFlat }) => (isFlat ? [] : [line])),
      };
    },
  };
}

function isLasting(role: Role): boolean {
  return role === "server" || role === "daemon";
}

function describe(role: Role, life: readonly Process[]): { line: string; isFlat: boolean } {
  const third = Math.floor(life.length / 3);
  const [begin, end] = [life.slice(0, third), life.slice(-third)];
  const memory = [begin, end].map((part) => median(part.map((each) => each.memory)));
  const files = [begin, end].map((part) => median(part.map((each) => each.files)));
  const growth = (values: number[]) => (values[1] ?? 0) - (values[0] ?? 0);
  const megabytes = memory.map((bytes) => Math.round(bytes / 2 ** 20)).join(" → ");
  return {
    line: `${role}: ${megabytes} MB, ${files.join(" → ")} files over ${life.length} rounds of one life`,
    isFlat: growth(memory) <= allowed.memory && growth(files) <= allowed.files,
  };
}
