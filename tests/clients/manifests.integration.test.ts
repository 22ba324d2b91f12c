import { readFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { glob } from "tinyglobby";
import { expect, test } from "vitest";
import * as z from "zod";
import packageJson from "../../package.json" with { type: "json" };
import localJson from "../../packages/lakebase-local/package.json" with { type: "json" };
import { tools } from "../../tools/index.ts";

const { name, version, description, license, mcpName } = packageJson;

const own = { name: z.literal(name), version: z.literal(version), description: z.literal(description) };
const author = z.strictObject({ name: z.string() });
const described = { ...own, author, license: z.literal(license), keywords: z.array(z.string()) };
/** A plugin is installed at a version, and starts that version. */
const pinned = {
  command: z.literal("npx"),
  args: z.tuple([z.literal("-y"), z.literal(`${name}@${version}`)]),
};
const entry = `node_modules/${name}/dist/main.js`;

/** The manifests by their path, in the form that each client or registry documents. */
const manifests: Record<string, z.ZodType> = {
  ".claude-plugin/plugin.json": z.strictObject({
    ...described,
    skills: z.literal("./skills/"),
    mcpServers: z.strictObject({ [name]: z.strictObject(pinned) }),
  }),
  ".claude-plugin/marketplace.json": z.strictObject({
    name: z.literal(name),
    owner: author,
    metadata: z.strictObject({ description: own.description, version: own.version }),
    plugins: z.tuple([
      z.strictObject({
        ...own,
        source: z.literal("./"),
        license: z.literal(license),
        keywords: z.array(z.string()),
      }),
    ]),
  }),
  ".cursor-plugin/plugin.json": z.strictObject({
    ...described,
    displayName: z.string(),
    skills: z.literal("./skills/"),
    mcpServers: z.strictObject({
      [name]: z.strictObject({
        type: z.literal("stdio"),
        ...pinned,
        env: z.strictObject({ LAKEBASE_WORKSPACE: z.string() }),
      }),
    }),
  }),
  "gemini-extension.json": z.strictObject({
    ...own,
    mcpServers: z.strictObject({ [name]: z.strictObject(pinned) }),
  }),
  "server.json": z.strictObject({
    $schema: z.literal("https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json"),
    name: z
      .string()
      .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/)
      .pipe(z.literal(mcpName)),
    title: z.string().max(100),
    description: z.string().max(100).pipe(own.description),
    version: own.version,
    packages: z.tuple([
      z.strictObject({
        registryType: z.literal("npm"),
        identifier: z.literal(name),
        version: own.version,
        transport: z.strictObject({ type: z.literal("stdio") }),
        environmentVariables: z.array(
          z.strictObject({
            name: z.string(),
            description: z.string(),
            format: z.literal("filepath").optional(),
          }),
        ),
      }),
    ]),
  }),
  ".mcpb/manifest.json": z.strictObject({
    manifest_version: z.literal("0.3"),
    ...described,
    display_name: z.string(),
    server: z.strictObject({
      type: z.literal("node"),
      entry_point: z.literal(entry),
      mcp_config: z.strictObject({
        command: z.literal("node"),
        args: z.tuple([z.literal(`\${__dirname}/${entry}`)]),
        env: z.record(z.string(), z.string().regex(/^\$\{user_config\.(workspace|project|profile)\}$/)),
      }),
    }),
    tools_generated: z.literal(true),
    prompts_generated: z.literal(true),
    user_config: z.strictObject({
      workspace: z.looseObject({ type: z.literal("directory"), required: z.literal(true) }),
      project: z.looseObject({ type: z.literal("string"), required: z.literal(false) }),
      profile: z.looseObject({ type: z.literal("string"), required: z.literal(false) }),
    }),
    compatibility: z.strictObject({
      platforms: z.array(z.enum(["darwin", "linux"])),
      runtimes: z.strictObject({ node: z.literal(packageJson.engines.node) }),
    }),
  }),
};

test.each(Object.entries(manifests))(
  "%s has the required form and the package's name and version",
  async (path, schema) => {
    expect(schema.safeParse(JSON.parse(await readFile(path, "utf8"))).error?.issues).toBeUndefined();
  },
);

test("the list above covers every manifest, and all have the same version", async () => {
  const found = await glob(["*.json", ".*/**/*.json", "!.git/**", "!.demo/**"], { dot: true });
  const others = [
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "biome.json",
    "knip.json",
    "mcp.json",
  ];
  expect(found.filter((path) => !others.includes(path)).sort()).toEqual(Object.keys(manifests).sort());
  const lockSchema = z.object({ version: z.string(), packages: z.record(z.string(), z.looseObject({})) });
  const lock = lockSchema.parse(JSON.parse(await readFile("package-lock.json", "utf8")));
  expect([lock.version, lock.packages[""]?.version, localJson.version]).toEqual([version, version, version]);
});

test("manifests name exactly the variables that the server reads", async () => {
  const sources = await readFile("src/config.ts", "utf8");
  const texts = await Promise.all(Object.keys(manifests).map((path) => readFile(path, "utf8")));
  const named = texts.flatMap((text) => text.match(/\b(?:LAKEBASE|DATABRICKS)_[A-Z_]+/g) ?? []);
  expect(new Set(named).size).toBeGreaterThanOrEqual(5);
  expect(named.filter((variable) => !sources.includes(variable))).toEqual([]);
});

test("each skill has its folder's name, names only existing tools, and covers the whole flow", async () => {
  const [path = "", ...more] = await glob("skills/*/SKILL.md");
  expect(more).toEqual([]);
  const text = await readFile(path, "utf8");
  const [, front = ""] = text.split(/^---$/m);
  expect(/^name: (.+)$/m.exec(front)?.[1]).toBe(basename(dirname(path)));
  expect(/^description: (.+)$/m.exec(front)?.[1]?.length).toBeLessThanOrEqual(1_024);
  const called = [...text.matchAll(/`([a-z]+(?:_[a-z]+)+)`/g)].map(([, word = ""]) => word);
  const fields = ["feature_id", "code_directory", "only_failed"];
  const known = tools.map((tool) => tool.name);
  expect(called.filter((word) => ![...known, ...fields].includes(word))).toEqual([]);
  const flow = [
    "create_plan",
    "create_experiments",
    "run_experiments",
    "wait_for_run",
    "compare_experiments",
  ];
  const end = ["promote_experiment", "close_experiments"];
  expect([...flow, ...end].filter((tool) => !called.includes(tool))).toEqual([]);
});

test("the package contains what it needs and everything its manifests refer to", () => {
  const needed = ["dist", "schemas/plan.schema.json", "skills", ".claude-plugin", ".cursor-plugin", "docs"];
  expect(packageJson.files).toEqual(expect.arrayContaining(needed));
});
