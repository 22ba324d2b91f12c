import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { checkCode } from "../../../src/experiments/code/worktrees.ts";
import { oldWorktreePath } from "../../../src/experiments/layout.ts";
import { refuseForeignCode } from "../../../src/runs/worktree/refuse-foreign-code.ts";
import { killGit } from "../../support/killed-git.ts";
import { temporaryRepository } from "../../support/repository.ts";

async function put(path: string, text = ""): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function link(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(target, path);
}

const ignored = "node_modules\n.venv\n.tdd\n";

/** An npm workspace, cut by an earlier version: its worktree is below the main checkout. */
async function nested() {
  const shop = await temporaryRepository();
  const main = shop.directory;
  const core = '{"name":"@shop/core"}';
  await shop.commit("main", { "packages/core/package.json": core, "a.py": "", ".gitignore": ignored });
  const ref = { workspace: main, feature_id: "F1", experiment_slug: "a" };
  const own = oldWorktreePath(ref);
  await shop.git("worktree", "add", "-q", "-b", "experiment/F1/a", own);
  const check = async (program = "node", environment: Record<string, string> = {}, ...options: string[]) => {
    const code = await checkCode(ref);
    const command = {
      argv: [program, ...options],
      directory: code.directory,
      environment: { PATH: "/usr/bin:/bin", ...environment },
    };
    return refuseForeignCode(main, code, command).then(
      () => "own",
      (error: unknown) => (error instanceof Error ? error.message : "?"),
    );
  };
  return { ...shop, main, own, check };
}

it("accepts code of the worktree and packages that are installed in the main checkout", async () => {
  const { main, own, check } = await nested();
  await put(join(main, "node_modules/left-pad/package.json"), "{}");
  await link(join(main, "node_modules/left-pad"), join(own, "node_modules/left-pad"));
  await link("../../packages/core", join(own, "node_modules/@shop/core"));
  expect(await check()).toBe("own");
  expect(await check(join(main, "node_modules/.bin/vitest"))).toBe("own");
});

type Made = Awaited<ReturnType<typeof nested>>;

it.each<[string, (made: Made) => Promise<unknown>, RegExp]>([
  [
    "a workspace link that node finds by looking upwards",
    ({ main }) => link("../../packages/core", join(main, "node_modules/@shop/core")),
    /shop\/node_modules\/@shop\/core leads to .*packages\/core/,
  ],
  [
    "one in a node_modules that is a link",
    async ({ main, own }) => {
      await link("../../packages/core", join(main, "node_modules/@shop/core"));
      await link(join(main, "node_modules"), join(own, "node_modules"));
    },
    /worktrees\/F1\/a\/node_modules\/@shop\/core leads to/,
  ],
  [
    "one of a package of the worktree",
    async ({ main, own }) => {
      await put(join(own, "packages/api/package.json"), "{}");
      await link(join(main, "packages/core"), join(own, "packages/api/node_modules/@shop/core"));
    },
    /packages\/api\/node_modules\/@shop\/core leads to/,
  ],
  [
    "one that pnpm hoisted",
    async ({ main, own }) =>
      link(join(main, "packages/core"), join(own, "node_modules/.pnpm/node_modules/@shop/core")),
    /\.pnpm\/node_modules\/@shop\/core leads to/,
  ],
  [
    "a copy of the worktree's own package",
    ({ main }) => put(join(main, "node_modules/@shop/core/package.json"), "{}"),
    /node_modules\/@shop\/core leads to/,
  ],
  [
    "a link in the worktree",
    ({ main, own }) => link(join(main, "packages"), join(own, "lib")),
    /worktrees\/F1\/a\/lib leads to/,
  ],
  [
    "a replace of Go",
    ({ main, own }) => put(join(own, "go.mod"), `module a\n\nreplace b => ${join(main, "packages/core")}\n`),
    /go\.mod leads to/,
  ],
  [
    "a workspace of Go above the worktree",
    async ({ main, own }) => {
      await put(join(own, "go.mod"), "module a\n");
      await put(join(main, "go.work"), "go 1.22\nuse ./packages/core\n");
    },
    /shop\/go\.work leads to/,
  ],
  [
    "a path of Cargo",
    ({ main, own }) =>
      put(join(own, "Cargo.toml"), `[dependencies]\nb = { path = "${main}/packages/core" }\n`),
    /Cargo\.toml leads to/,
  ],
  [
    "a cd in a Makefile",
    ({ main, own }) => put(join(own, "Makefile"), `test:\n\tcd ${main} && npm test\n`),
    /Makefile leads to .*shop, which/,
  ],
  [
    "a module path in a configuration",
    ({ main, own }) => put(join(own, "tsconfig.json"), `{"paths":{"@shop/*":["${main}/packages/*"]}}`),
    /tsconfig\.json leads to .*packages, which/,
  ],
  [
    "a search path in a test's own setup",
    ({ main, own }) => put(join(own, "conftest.py"), `sys.path.insert(0, "${main}/packages")\n`),
    /conftest\.py leads to/,
  ],
  [
    "code that a build left in the main checkout",
    async ({ main, own }) => {
      await put(join(main, ".git/info/exclude"), "dist\n");
      await put(join(main, "dist/core.js"));
      await put(
        join(own, "jest.config.js"),
        `module.exports={moduleNameMapper:{core:"${main}/dist/core.js"}}`,
      );
    },
    /jest\.config\.js leads to .*dist\/core\.js/,
  ],
  [
    "a variable in a .env that git ignores",
    async ({ main, own }) => {
      await put(join(main, ".git/info/exclude"), ".env\n");
      await put(join(own, ".env"), `PYTHONPATH=${main}/packages\n`);
    },
    /\.env leads to/,
  ],
])("refuses %s", async (_, prepare, expected) => {
  const made = await nested();
  await prepare(made);
  expect(await made.check()).toMatch(expected);
});

it("prefers a package of the worktree to one further up", async () => {
  const { main, own, check } = await nested();
  await link("../../packages/core", join(main, "node_modules/@shop/core"));
  expect(await check()).toMatch(/leads to/);
  await link("../../packages/core", join(own, "node_modules/@shop/core"));
  expect(await check()).toBe("own");
});

it("refuses variables and programs that lead to the main checkout's code", async () => {
  const { main, check } = await nested();
  expect(await check("node", { PYTHONPATH: `src:${main}` })).toMatch(/The variable PYTHONPATH leads to/);
  expect(await check("node", { NODE_PATH: join(main, "packages") })).toMatch(
    /The variable NODE_PATH leads to/,
  );
  expect(await check(join(main, "a.py"))).toMatch(/The command leads to/);
});

it("refuses a command or setup that names the main checkout's code", async () => {
  const { main, own, check } = await nested();
  const refused = /The command leads to .*, which is outside/;
  expect(await check("sh", {}, "-c", `cd ${main} && npm test`)).toMatch(refused);
  expect(await check("npm", {}, "--prefix", main, "test")).toMatch(refused);
  expect(await check("pytest", {}, `--rootdir=${main}/packages`)).toMatch(refused);
  expect(await check("sh", {}, "-c", `cd ${own} && npm test`)).toBe("own");
  expect(await check("node", { NODE_OPTIONS: `--require ${main}/a.py` })).toMatch(/NODE_OPTIONS leads to/);
});

it.each([
  ["package.json", '{"scripts":{"test":"cd \\"$MAIN_CHECKOUT\\" && vitest"}}'],
  ["Makefile", "test:\n\tcd $(MAIN_CHECKOUT) && pytest\n"],
  ["test.sh", `pushd \${MAIN_CHECKOUT:?}\n`],
  ["test.sh", "make -C $MAIN_CHECKOUT test\n"],
  ["test.sh", `npm --prefix "\${MAIN_CHECKOUT}" test\n`],
  ["test.sh", 'pytest "$MAIN_CHECKOUT"/packages\n'],
  ["Makefile", "test:\n\tpytest $$MAIN_CHECKOUT/a.py\n"],
])("refuses a %s that leads to the main checkout's code by its variable: %s", async (name, text) => {
  const { main, own, check } = await nested();
  await put(join(own, name), text);
  expect(await check("sh", { MAIN_CHECKOUT: main })).toContain(`${join(own, name)} leads to ${main}`);
});

it("accepts scripts that use the main checkout's variable for data, packages and checks", async () => {
  const { main, own, check } = await nested();
  await put(join(main, "node_modules/.bin/vitest"));
  await put(join(main, ".env"));
  await put(
    join(own, "test.sh"),
    `# cd $MAIN_CHECKOUT
    [ -d "$MAIN_CHECKOUT" ] && cp "$MAIN_CHECKOUT/.env" . && ROOT=\${MAIN_CHECKOUT:-.}
    "$MAIN_CHECKOUT"/node_modules/.bin/vitest --root . && cd "$MAIN_CHECKOUT_OF_OTHERS"\n`,
  );
  expect(await check("sh", { MAIN_CHECKOUT: main })).toBe("own");
});

it("accepts the names of data in the main checkout, of other folders, and in prose", async () => {
  const { main, own, check } = await nested();
  await put(join(main, ".env"), "A=1\n");
  await put(join(main, "data/cities.csv"));
  await put(`${main}-old/a.py`);
  await put(join(own, "README.md"), `The main checkout is ${main}/packages.`);
  await put(join(own, "config.json"), `["${main}/data", "${main}-old/a.py", "${main}/gone.js", "/app"]`);
  expect(await check("node", {}, `--env-file=${main}/.env`, "a.js")).toBe("own");
  await rm(`${main}-old`, { recursive: true });
});

/** A virtual environment of the main checkout. */
async function environment({ main }: Made) {
  const folder = join(main, ".venv");
  await put(join(folder, "pyvenv.cfg"));
  await put(join(folder, "bin/python"));
  await put(join(folder, "bin/pytest"));
  return { folder, site: join(folder, "lib/python3.12/site-packages") };
}

it.each<[string, (main: string) => string]>([
  ["__editable__.shop_x-1.pth", (main) => `${main}/packages\n`],
  [
    "__editable___shop_x_1_finder.py",
    (main) => `MAPPING: dict[str, str] = {'shop_x': '${main}/packages/core'}\n`,
  ],
  ["easy-install.pth", (main) => `${main}/packages\n`],
  ["shop-x.egg-link", (main) => `${main}/packages\n.\n`],
  [
    "shop_x-1.dist-info/direct_url.json",
    (main) => `{"dir_info": {"editable": true}, "url": "file://${main}/packages"}`,
  ],
])("refuses a package that %s takes from the main checkout", async (name, text) => {
  const made = await nested();
  const { folder, site } = await environment(made);
  await put(join(site, name), text(made.main));
  expect(await made.check(join(folder, "bin/python"))).toContain(join(site, name));
  expect(await made.check("pytest", { PATH: join(folder, "bin") })).toContain(join(site, name));
  expect(await made.check("make", { VIRTUAL_ENV: folder })).toContain(join(site, name));
  expect(await made.check("node", { VIRTUAL_ENV: folder })).toBe("own");
});

it("shares a virtual environment of the main checkout only if it holds nothing but third-party packages", async () => {
  const made = await nested();
  const { folder, site } = await environment(made);
  await put(join(site, "distutils-precedence.pth"), "import os; os.environ\n");
  await put(join(site, "pytest/__init__.py"));
  expect(await made.check(join(folder, "bin/python"))).toBe("own");
});

it("refuses an editable install of the worktree's own virtual environment only if it leads out", async () => {
  const made = await nested();
  const site = join(made.own, ".venv/lib/python3.12/site-packages");
  await put(join(made.own, ".venv/pyvenv.cfg"));
  await put(join(site, "shop.pth"), made.own);
  expect(await made.check()).toBe("own");
  await rm(join(site, "shop.pth"));
  await put(join(site, "shop.pth"), join(made.main, "packages"));
  expect(await made.check()).toContain(join(site, "shop.pth"));
});

it.each(["grep", "ls-files"])(
  "accepts nothing where git %s was killed, so that nothing is known",
  async (command) => {
    const { check } = await nested();
    await killGit(command);
    expect(await check()).toContain(`git ${command} did not end by itself`);
  },
);
