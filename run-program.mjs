import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

/**
 * `node run-program.mjs FILE.ts [ARGUMENT…]` runs one of the project's own TypeScript programs.
 * @param file relative to the project's folder
 * @returns the exit status, or null if a signal ended it
 */
export async function runProgram(file, args) {
  // As deep as what it bundles, so that its paths relative to itself stay right.
  const cache = join(import.meta.dirname, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  const directory = await mkdtemp(join(cache, "program-"));
  try {
    const bundle = await rolldown({
      input: join(import.meta.dirname, file),
      platform: "node",
      transform: { target: "node20.20" },
      // Packages stay where they are installed, except for what the bundler itself brings in.
      external: /^(?!@oxc-project\/)[@a-z]/,
    });
    const program = join(directory, basename(file).replace(/\.ts$/, ".mjs"));
    await bundle.write({ file: program, codeSplitting: false });
    await bundle.close();
    return spawnSync(process.execPath, ["--expose-gc", program, ...args], { stdio: "inherit" }).status;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file = "", ...args] = process.argv.slice(2);
  process.exitCode = (await runProgram(file, args)) ?? 1;
}
