import { runProgram } from "../run-program.mjs";

/** Each is bench/NAME.ts, and runs with `npm run bench -- NAME`. */
const benchmarks = {
  artifacts: "list and read 100,000 artifacts of an experiment",
  calls: "run experiments over a slow CLI: its processes, and the time outside the suites",
  compare: "compare 10 to 10,000 experiments: time and memory",
  cut: "create branches on a slow executable, beside a driver that polls",
  experiments: "run 2, 8 and 24 experiments, beside the same suites one after another",
  finish: "promote, close and clean up among 100 branches",
  local: "branch, wake and start lakebase-local, beside plain copies",
  overhead: "run experiments at several caps, beside what their permits allow",
  queue: "run jobs on 1, 2 and 3 workers of a queue, and what the queue costs a job",
  memory: "memory of server, worker and emulator, at rest and under load",
  scale: "simulate a day of 10,000 experiments on a queue, by a clock of its own",
  sizes: "bytes of tools/list and of typical answers",
  soak: "run for minutes among kills, full disks and stopped processes",
  start: "start the server up to its answer to tools/list, beside a bare Node",
  statistics: "simulate how often metrics tell equal designs apart, and how often different ones",
};

/** What `npm run bench -- all` leaves out: it runs for as long as it is told to. */
const apart = ["soak"];

const [name, ...args] = process.argv.slice(2);
const names = name === "all" ? Object.keys(benchmarks).filter((each) => !apart.includes(each)) : [name];
if (!names.every((each) => Object.hasOwn(benchmarks, each))) {
  const lines = Object.entries(benchmarks).map(([each, what]) => `  ${each.padEnd(12)}${what}`);
  process.stdout.write(
    `npm run bench -- NAME\n\n${lines.join("\n")}\n  all         all of them, but ${apart}\n`,
  );
  process.exit(name === undefined ? 0 : 1);
}
for (const each of names) {
  if (names.length > 1) process.stdout.write(`\n${each}: ${benchmarks[each]}\n`);
  const status = await runProgram(`bench/${each}.ts`, args);
  if (status !== 0) process.exitCode = status ?? 1;
}
