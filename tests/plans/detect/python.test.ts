import { expect, test } from "vitest";
import { detectPython } from "../../../src/plans/detect/python.ts";
import { detectIn } from "./detected.ts";

const pytest = "pytest --junitxml=$ARTIFACTS_DIR/junit.xml";
const inVenv = `.venv/bin/python -m ${pytest}`;

test.each<[what: string, files: Record<string, string>, api: string]>([
  ["a section of setup.cfg", { "setup.cfg": "[tool:pytest]\naddopts = -q\n" }, `python3 -m ${pytest}`],
  ["an environment of tox", { "tox.ini": "[testenv]\ndeps =\n  pytest\n" }, `python3 -m ${pytest}`],
  ["a conftest.py", { "requirements.txt": "flask\n", "tests/conftest.py": "" }, inVenv],
  [
    "a list of test requirements",
    { "requirements.txt": "flask\n", "test-requirements.txt": "pytest==8\n" },
    inVenv,
  ],
  ["a Pipfile", { Pipfile: '[dev-packages]\npytest = "*"\n', "Pipfile.lock": "{}" }, `pipenv run ${pytest}`],
  ["a locked pdm project", { "pyproject.toml": 'dev = ["pytest>=8"]', "pdm.lock": "" }, `pdm run ${pytest}`],
  [
    "an extra",
    { "pyproject.toml": '[project]\n[project.optional-dependencies]\ntest = ["pytest[x]"]\n' },
    inVenv,
  ],
])("recognizes pytest by %s", async (_what, files, api) => {
  const { suites } = await detectIn(detectPython, { ...files, "tests/test_a.py": "" });
  expect(suites).toEqual({ api });
});

test.each([
  ['[tool.pytest.ini_options]\naddopts = "-q --cov=shop --cov-fail-under=90"\n'],
  ['[tool.pytest.ini_options]\naddopts = [\n  "-q",\n  "--cov=shop",\n]\n'],
  ['[tool.pytest.ini_options]\naddopts = """\n  -q\n  --cov\n"""\n'],
])("measures no coverage, which might be too low, although %j does", async (manifest) => {
  const { suites } = await detectIn(detectPython, { "pyproject.toml": manifest, "tests/test_a.py": "" });
  expect(suites.api).toBe(`python3 -m ${pytest} --no-cov`);
});

test("leaves pytest without options of a plugin that its settings do not use", async () => {
  const manifest = '[tool.pytest.ini_options]\naddopts = "-q"\n[tool.x]\ntest = "pytest --cov"\n';
  const { suites } = await detectIn(detectPython, { "pyproject.toml": manifest, "tests/test_a.py": "" });
  expect(suites.api).toBe(`python3 -m ${pytest}`);
});

test.each(["pytest-cov\n", "# nothing\n", "mypytest\n"])(
  "does not take %j for pytest itself",
  async (requirements) => {
    const { suites } = await detectIn(detectPython, { "requirements.txt": requirements, "test_a.py": "" });
    expect(suites).toEqual({ api: ".venv/bin/python -m unittest -v" });
  },
);

test.each<[what: string, files: string[], words: string]>([
  ["a package of tests", ["tests/__init__.py", "tests/test_a.py"], "-v"],
  ["files at the top", ["test_a.py"], "-v"],
  ["a folder that is no package", ["tests/test_a.py", "tests/test_b.py"], "discover -v -s tests"],
  ["packages in src", ["src/shop/__init__.py", "src/shop/test_a.py"], "discover -v -s src"],
  ["a folder within a package", ["shop/__init__.py", "shop/tests/test_a.py"], "discover -v -s shop/tests"],
  ["names with _test", ["a_test.py", "b_test.py"], "discover -v -p *_test.py"],
  ["both kinds of names", ["a_test.py", "test_b.py"], "-v"],
  ["several folders, which one call cannot search", ["a/test_a.py", "b/test_b.py"], "-v"],
])("makes unittest find %s", async (_what, files, words) => {
  const project = { "setup.py": "", ...Object.fromEntries(files.map((file) => [file, ""])) };
  const { suites } = await detectIn(detectPython, project);
  expect(suites).toEqual({ api: `.venv/bin/python -m unittest ${words}` });
});

test("finds no suite in a project without tests, unless it uses pytest", async () => {
  expect((await detectIn(detectPython, { "setup.py": "" })).suites).toEqual({});
  const files = { "requirements.txt": "pytest\n", "examples/demo/pyproject.toml": "" };
  expect((await detectIn(detectPython, files)).suites).toEqual({ api: inVenv });
});

test("runs pytest in the package that has all tests, and otherwise at the top", async () => {
  const files = { "pyproject.toml": '["pytest"]', "uv.lock": "", "libs/a/pyproject.toml": "" };
  const kinds = { "libs/a/tests/api/test_a.py": "", "libs/a/tests/e2e/test_b.py": "" };
  expect((await detectIn(detectPython, { ...files, ...kinds })).suites).toEqual({
    api: `libs/a: uv run ${pytest} tests/api`,
    e2e: `libs/a: uv run ${pytest} tests/e2e`,
  });
  const both = await detectIn(detectPython, { ...files, "libs/a/test_a.py": "", "tests/test_b.py": "" });
  expect(both.suites).toEqual({ api: `uv run ${pytest}` });
});

test("runs Django from the folder of its manage.py", async () => {
  const found = await detectIn(detectPython, {
    "requirements.txt": "Django==5.2\n",
    "src/manage.py": "",
    "src/shop/tests.py": "",
  });
  const python = "src: ../.venv/bin/python manage.py";
  expect(found.suites).toEqual({ api: `${python} test --noinput` });
  expect(found.setup).toEqual([`${python} migrate --noinput`]);
  expect(found.advice).toEqual([expect.stringContaining("pytest-django")]);
});

test("does not take an example's manage.py for the project's", async () => {
  const found = await detectIn(detectPython, {
    "requirements.txt": "flask\n",
    "examples/site/manage.py": "",
    "test_a.py": "",
  });
  expect(found.suites).toEqual({ api: ".venv/bin/python -m unittest -v" });
  expect(found.setup).toEqual([]);
});

const install = (words: string) => ["python3 -m venv .venv", `.venv/bin/python -m pip install ${words}`];

test.each<[what: string, files: Record<string, string>, prepare: string[]]>([
  ["uv", { "uv.lock": "" }, ["uv sync --frozen"]],
  ["poetry", { "poetry.lock": "" }, ["poetry install"]],
  ["pdm", { "pdm.lock": "" }, ["pdm sync"]],
  ["pipenv", { "Pipfile.lock": "" }, ["pipenv sync --dev"]],
  ["one list", { "requirements.txt": "" }, install("-r requirements.txt")],
  [
    "all lists, but not those in other folders",
    {
      "requirements-dev.txt": "",
      "test-requirements.txt": "",
      "requirements/ci.txt": "",
      "docs/requirements.txt": "",
    },
    install("-r requirements-dev.txt -r requirements/ci.txt -r test-requirements.txt"),
  ],
  ["a package", { "setup.py": "" }, install("-e .")],
  [
    "a package with an extra for tests",
    { "pyproject.toml": '[project]\n[project.optional-dependencies]\ndocs = ["a"]\ntest = ["pytest"]\n' },
    install("-e .[test]"),
  ],
  [
    "a group after others",
    { "pyproject.toml": '[dependency-groups]\nlint = ["ruff"]\ndev = ["pytest"]\n' },
    install("--group dev"),
  ],
  [
    "a package, without the key of another table",
    {
      "pyproject.toml": '[project]\n[project.optional-dependencies]\ndocs = ["a"]\n[tool.x]\ntest = ["b"]\n',
    },
    install("-e ."),
  ],
  ["nothing for tools alone", { "pyproject.toml": "[tool.ruff]\n" }, []],
])("prepares %s", async (_what, files, prepare) => {
  expect((await detectIn(detectPython, { "pyproject.toml": "", ...files })).prepare).toEqual(prepare);
});

test("ignores folders of Python that are no project", async () => {
  expect(await detectIn(detectPython, { "test_a.py": "", "lib/requirements.txt": "pytest\n" })).toMatchObject(
    {
      suites: {},
      prepare: [],
    },
  );
});

test.each<[what: string, ini: string, env: string, advice: RegExp]>([
  ["no URL in alembic.ini", "[alembic]\n", "", /^$/],
  ["an empty URL", "sqlalchemy.url =\n[loggers]\n", "", /^$/],
  ["a URL that env.py replaces", "sqlalchemy.url = sqlite://\n", "os.environ['DB_URL']", /^$/],
  ["a URL that settings replace", "sqlalchemy.url = sqlite://\n", "get_app_settings().url", /^$/],
  [
    "one that a % breaks",
    "",
    'set_main_option("sqlalchemy.url", url)',
    /^In alembic\/env\.py, .* with \.replace/,
  ],
  ["one whose % is doubled", "", 'set_main_option("sqlalchemy.url", url.replace("%", "%%"))', /^$/],
  ["a fixed URL", "sqlalchemy.url = sqlite://\n", "engine_from_config(config)", /^alembic\.ini has a fixed/],
])("advises on alembic's connection with %s", async (_what, ini, env, advice) => {
  const files = { "requirements.txt": "alembic\n", "alembic.ini": ini, "alembic/env.py": env };
  expect((await detectIn(detectPython, files)).advice.join()).toMatch(advice);
});

test.each<[lock: string, env: Record<string, string> | undefined]>([
  ["uv.lock", undefined],
  ["poetry.lock", { POETRY_VIRTUALENVS_IN_PROJECT: "true" }],
  ["Pipfile.lock", { PIPENV_VENV_IN_PROJECT: "1" }],
])("with %s installs into the worktree, with the variables %j", async (lock, env) => {
  expect((await detectIn(detectPython, { "pyproject.toml": "", [lock]: "" })).env).toEqual(env);
});
