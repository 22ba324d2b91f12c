import { dirname, join } from "node:path";
import type { Environment } from "./expand-variables.ts";

/**
 * Sets variables with which test runners run every test, instead of repeating a result that they have cached, or leaving
 * out what passed before (`--lf` and `--sw` in the settings of pytest): what they know of a test's inputs does not
 * include the database. Sources: `go help environment`, turborepo.dev/docs/reference,
 * nx.dev/reference/environment-variables and docs.pytest.org (reference, cache_dir).
 * @param artifactsDirectory the command's own, beside which pytest keeps a cache that is new each time
 */
export function withFreshResults(
  environment: Environment,
  artifactsDirectory: string,
): Record<string, string> {
  const { GOFLAGS = "", PYTEST_ADDOPTS = "" } = environment;
  const cache = `-o ${quote(`cache_dir=${join(dirname(artifactsDirectory), "pytest-cache")}`)}`;
  return {
    ...environment,
    GOFLAGS: /(^|\s)-count=/.test(GOFLAGS) ? GOFLAGS : `${GOFLAGS} -count=1`.trim(),
    TURBO_FORCE: "true",
    NX_SKIP_NX_CACHE: "true",
    PYTEST_ADDOPTS: PYTEST_ADDOPTS.endsWith(cache) ? PYTEST_ADDOPTS : `${PYTEST_ADDOPTS} ${cache}`.trim(),
  };
}

/** Quotes a text as python's shlex reads it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}
