import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { median } from "../src/comparison/statistics/sample.ts";
import { print } from "./support/print.ts";

const rounds = 21;
const program = resolve("dist/main.js");
const requests = [
  {
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    },
  },
  { method: "notifications/initialized" },
  { id: 2, method: "tools/list" },
];

/**
 * The built server, from the start of its process to its answer to tools/list, compared with a Node that does nothing.
 */
async function main(): Promise<void> {
  const workspace = mkdtempSync(join(tmpdir(), "bench-start-"));
  try {
    const bare: number[] = [];
    const server: number[] = [];
    for (let round = 0; round < rounds; round++) {
      bare.push(await timeBare());
      server.push(await timeServer(workspace));
    }
    const [time, floor] = [median(server), median(bare)];
    print(`process start to tools/list, ${rounds} rounds: median ${time.toFixed(0)} ms`);
    print(`node -e 0: median ${floor.toFixed(0)} ms; ratio ${(time / floor).toFixed(2)}`);
  } finally {
    rmSync(workspace, { recursive: true });
  }
}

function timeBare(): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, ["-e", "0"], { stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", () => resolve(performance.now() - begin));
  });
}

function timeServer(workspace: string): Promise<number> {
  const begin = performance.now();
  const child = spawn(process.execPath, [program, "--workspace", workspace], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  for (const request of requests) child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...request })}\n`);
  return new Promise((resolve, reject) => {
    let answers = "";
    let time = Number.NaN;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      answers += text;
      if (!answers.endsWith("\n") || !answers.includes('"id":2')) return;
      time = performance.now() - begin;
      child.stdin.end();
    });
    child.once("error", reject).once("exit", () => resolve(time));
  });
}

await main();
