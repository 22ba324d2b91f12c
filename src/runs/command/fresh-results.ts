import type { Environment } from "./expand-variables.ts";

/**
 * Variables with which test runners run every test, instead of repeating a result that they have cached: what they know
 * of a test's inputs does not include the database. Sources: `go help environment`, turborepo.dev/docs/reference and
 * nx.dev/reference/environment-variables.
 */
export function withFreshResults(inherited: Environment): Record<string, string> {
  const { GOFLAGS = "" } = inherited;
  return {
    ...inherited,
    GOFLAGS: /(^|\s)-count=/.test(GOFLAGS) ? GOFLAGS : `${GOFLAGS} -count=1`.trim(),
    TURBO_FORCE: "true",
    NX_SKIP_NX_CACHE: "true",
  };
}
