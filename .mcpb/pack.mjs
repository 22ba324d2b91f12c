import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** `npm run mcpb` packs lakebase-experiments.mcpb, with the PostgreSQL of this platform. */
const root = resolve(import.meta.dirname, "..");
const stage = mkdtempSync(join(tmpdir(), "lakebase-mcpb-"));
const run = (command, args, cwd) =>
  execFileSync(command, args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });

try {
  const [{ filename }] = JSON.parse(
    run("npm", ["pack", "--silent", "--json", "--ignore-scripts", "--pack-destination", stage], root),
  );
  writeFileSync(join(stage, "package.json"), JSON.stringify({ private: true }));
  run("npm", ["install", "--silent", "--no-audit", "--no-fund", `./${filename}`], stage);
  rmSync(join(stage, filename));
  cpSync(join(import.meta.dirname, "manifest.json"), join(stage, "manifest.json"));
  const bundle = join(root, "lakebase-experiments.mcpb");
  process.stdout.write(run("npx", ["-y", "@anthropic-ai/mcpb@2.1.2", "pack", stage, bundle], root));
} finally {
  rmSync(stage, { recursive: true, force: true });
}
