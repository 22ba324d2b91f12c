import { readFileSync } from "node:fs";
import type { FileFormat } from "../../src/reports/format.ts";

export type Fixture = [name: string, format: FileFormat, cases: string[]];

/**
 * Reports that the tools themselves wrote, for much the same tests: one passes, one fails over markup, some are
 * skipped, one flickers, a file does not load, a hook throws. Paths and hosts in them are replaced.
 */
export const fixtures: Fixture[] = [
  [
    "go-junit-report.junit.xml",
    "junit",
    [
      "failed example.com/shop/broken.[build failed]",
      "passed example.com/shop/cart.TestAdds",
      "failed example.com/shop/cart.TestRefuses",
      "skipped example.com/shop/cart.TestPaysLater",
      "failed example.com/shop/cart.TestTotals",
      "passed example.com/shop/cart.TestTotals/sums",
      "failed example.com/shop/cart.TestTotals/rounds_up",
    ],
  ],
  [
    "gotestsum.junit.xml",
    "junit",
    [
      "failed example.com/shop/broken.TestMain",
      "failed example.com/shop/cart.TestRefuses",
      "failed example.com/shop/cart.TestTotals/rounds_up",
      "failed example.com/shop/cart.TestTotals",
      "skipped example.com/shop/cart.TestPaysLater",
      "passed example.com/shop/cart.TestAdds",
      "passed example.com/shop/cart.TestTotals/sums",
    ],
  ],
  [
    "jest.ctrf.json",
    "ctrf",
    [
      "passed cart.test.js: cart.test.js > cart > cart adds an item",
      'failed cart.test.js: cart.test.js > cart > cart refuses <b>-1</b> & "no"',
      "skipped cart.test.js: cart.test.js > cart > cart pays later",
      "skipped cart.test.js: cart.test.js > cart > cart ships",
      "passed cart.test.js: cart.test.js > cart > totals > cart totals sums",
      "failed hook.test.js: hook.test.js > with a database > with a database reads",
      "flaky flaky.test.js: flaky.test.js > flickers",
    ],
  ],
  [
    "jest.json",
    "jest-json",
    [
      "passed cart.test.js: cart > adds an item",
      'failed cart.test.js: cart > refuses <b>-1</b> & "no"',
      "skipped cart.test.js: cart > pays later",
      "skipped cart.test.js: cart > ships",
      "passed cart.test.js: cart > totals > sums",
      "failed hook.test.js: with a database > reads",
      "failed broken.test.js: (the file itself)",
      "flaky flaky.test.js: flickers",
    ],
  ],
  [
    "jest.junit.xml",
    "junit",
    [
      "passed cart.test.js: cart.adds an item",
      'failed cart.test.js: cart.refuses <b>-1</b> & "no"',
      "skipped cart.test.js: cart.pays later",
      "passed cart.test.js: cart.ships",
      "passed cart.test.js: cart totals.sums",
      "failed hook.test.js: with a database.reads",
      "failed broken.test.js: Test suite failed to run.broken.test.js",
      "failed broken.test.js: Test suite failed to run.broken.test.js",
    ],
  ],
  [
    "node.tap",
    "tap",
    [
      "passed cart > adds an item",
      'failed cart > refuses <b>-1</b> # "no"',
      "skipped cart > pays later",
      "skipped cart > ships",
      "passed cart > totals > sums",
      "passed top level",
    ],
  ],
  ["playwright-broken.json", "playwright-json", ["failed (the run itself)"]],
  [
    "playwright.ctrf.json",
    "ctrf",
    [
      "passed cart.spec.ts: desktop > cart.spec.ts > cart > adds an item",
      'failed cart.spec.ts: desktop > cart.spec.ts > cart > refuses <b>-1</b> & "no"',
      "skipped cart.spec.ts: desktop > cart.spec.ts > cart > pays later",
      "skipped cart.spec.ts: desktop > cart.spec.ts > cart > ships",
      "passed cart.spec.ts: desktop > cart.spec.ts > cart > known bug",
      "flaky cart.spec.ts: desktop > cart.spec.ts > cart > flickers",
      "failed cart.spec.ts: desktop > cart.spec.ts > cart > hangs",
      "passed cart.spec.ts: desktop > cart.spec.ts > cart > totals > sums",
      "passed phone.spec.ts: desktop > phone.spec.ts > fits",
      "passed phone.spec.ts: phone > phone.spec.ts > fits",
    ],
  ],
  [
    "playwright.json",
    "playwright-json",
    [
      "passed cart.spec.ts: [desktop] cart > adds an item",
      'failed cart.spec.ts: [desktop] cart > refuses <b>-1</b> & "no"',
      "skipped cart.spec.ts: [desktop] cart > pays later",
      "skipped cart.spec.ts: [desktop] cart > ships",
      "passed cart.spec.ts: [desktop] cart > known bug",
      "flaky cart.spec.ts: [desktop] cart > flickers",
      "failed cart.spec.ts: [desktop] cart > hangs",
      "passed cart.spec.ts: [desktop] cart > totals > sums",
      "passed phone.spec.ts: [desktop] fits",
      "passed phone.spec.ts: [phone] fits",
    ],
  ],
  [
    "playwright.junit.xml",
    "junit",
    [
      "passed cart.spec.ts: cart › adds an item",
      'failed cart.spec.ts: cart › refuses <b>-1</b> & "no"',
      "skipped cart.spec.ts: cart › pays later",
      "skipped cart.spec.ts: cart › ships",
      "passed cart.spec.ts: cart › known bug",
      "passed cart.spec.ts: cart › flickers",
      "failed cart.spec.ts: cart › hangs",
      "passed cart.spec.ts: cart › totals › sums",
      "passed phone.spec.ts: [desktop] fits",
      "passed phone.spec.ts: [phone] fits",
    ],
  ],
  [
    "pytest.ctrf.json",
    "ctrf",
    [
      "passed tests/test_cart.py: tests/test_cart.py::TestCart::test_adds",
      "failed tests/test_cart.py: tests/test_cart.py::TestCart::test_refuses_negative",
      "skipped tests/test_cart.py: tests/test_cart.py::TestCart::test_pays_later",
      "skipped tests/test_cart.py: tests/test_cart.py::TestCart::test_known_bug",
      "passed tests/test_cart.py: tests/test_cart.py::TestCart::test_sums[1]",
      "passed tests/test_cart.py: tests/test_cart.py::TestCart::test_sums[a/b]",
      "failed tests/test_cart.py: tests/test_cart.py::test_reads",
    ],
  ],
  [
    "pytest.junit.xml",
    "junit",
    [
      "failed tests.test_broken",
      "passed tests.test_cart.TestCart.test_adds",
      "failed tests.test_cart.TestCart.test_refuses_negative",
      "skipped tests.test_cart.TestCart.test_pays_later",
      "skipped tests.test_cart.TestCart.test_known_bug",
      "passed tests.test_cart.TestCart.test_sums[1]",
      "passed tests.test_cart.TestCart.test_sums[a/b]",
      "failed tests.test_cart.test_reads",
    ],
  ],
  [
    "surefire.junit.xml",
    "junit",
    [
      "failed com.shop.CartTest.breaks",
      "passed com.shop.CartTest.adds",
      "skipped com.shop.CartTest.paysLater",
      "failed com.shop.CartTest.refuses",
      "flaky com.shop.CartTest.flickers",
    ],
  ],
  [
    "tap.tap",
    "tap",
    [
      "passed cart > adds an item",
      "failed cart > refuses",
      "skipped cart > pays later",
      "skipped cart > ships",
      "passed cart > totals > sums",
    ],
  ],
  [
    "vitest.json",
    "vitest-json",
    [
      "failed broken.test.ts: (the file itself)",
      "passed cart.test.ts: cart > adds an item",
      'failed cart.test.ts: cart > refuses <b>-1</b> & "no"',
      "skipped cart.test.ts: cart > pays later",
      "skipped cart.test.ts: cart > ships",
      "passed cart.test.ts: cart > totals > sums",
      "skipped hook.test.ts: with a database > reads",
      "failed hook.test.ts: (the file itself)",
    ],
  ],
  [
    "vitest.junit.xml",
    "junit",
    [
      "failed broken.test.ts: broken.test.ts",
      "passed cart.test.ts: cart > adds an item",
      'failed cart.test.ts: cart > refuses <b>-1</b> & "no"',
      "skipped cart.test.ts: cart > pays later",
      "skipped cart.test.ts: cart > ships",
      "passed cart.test.ts: cart > totals > sums",
      "skipped hook.test.ts: with a database > reads",
      "failed hook.test.ts: with a database",
    ],
  ],
  [
    "ctest.junit.xml",
    "junit",
    [
      "passed ok",
      "failed bad",
      "skipped missing",
      "skipped off",
      "skipped skips",
      "failed slow",
      "failed crash",
    ],
  ],
  [
    "gotestsum-rerun.junit.xml",
    "junit",
    [
      "flaky example.com/shop.TestFlaky",
      "failed example.com/shop.TestBad",
      "passed example.com/shop.TestOk",
      "passed example.com/shop.TestSub/x",
      "passed example.com/shop.TestSub/x#01",
      "passed example.com/shop.TestSub",
    ],
  ],
  [
    "pytest-rerunfailures.junit.xml",
    "junit",
    [
      "flaky test_cart.test_flickers",
      "passed test_cart.test_adds",
      "failed test_cart.test_refuses",
      "failed test_cart.test_reads",
      "failed test_cart.test_writes",
      "skipped test_cart.test_ships",
    ],
  ],
  [
    "vitest-retry.json",
    "vitest-json",
    [
      "flaky cart.test.ts: flickers",
      "passed cart.test.ts: adds",
      "failed cart.test.ts: refuses <1>",
      "skipped cart.test.ts: ships",
      "passed cart.test.ts: totals > sums",
    ],
  ],
  [
    "vitest.tap",
    "tap",
    [
      "passed cart.test.ts > flickers",
      "passed cart.test.ts > adds",
      "failed cart.test.ts > refuses <1>",
      "skipped cart.test.ts > ships",
      "passed cart.test.ts > totals > sums",
    ],
  ],
];

export function readFixture(name: string): string {
  return readFileSync(new URL(`./fixtures/${name}`, import.meta.url), "utf8");
}
