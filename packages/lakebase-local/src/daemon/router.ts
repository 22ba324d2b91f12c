import { ApiError } from "../api/api-error.ts";
import { handlers } from "../api/handlers.ts";
import type { Handler } from "../api/platform.ts";
import { apiBase, commands } from "../commands.ts";

/** A handler with the ids found in the path. */
export interface Route {
  handler: Handler;
  ids: string[];
  /** The path below the API's base, decoded. */
  path: string;
}

const routes = commands.map(({ name, method, path }) => ({
  method,
  pattern: compilePattern(path),
  handler: handlers[name],
}));

/**
 * Finds what answers a request.
 * @throws ApiError when nothing does.
 */
export function route(method: string, pathname: string): Route {
  const path = decode(pathname.slice(apiBase.length + 1));
  for (const { pattern, handler, ...candidate } of routes) {
    const match =
      candidate.method === method && pathname.startsWith(`${apiBase}/`) ? pattern.exec(path) : null;
    if (match) return { handler, path, ids: match.slice(1) };
  }
  throw new ApiError(404, "NOT_FOUND", "resource not found");
}

/** Two stars are any path, one is an id. */
function compilePattern(path: string): RegExp {
  const source = path.replaceAll("**", "\0").replaceAll("*", "([^/]+)").replaceAll("\0", "(.+)");
  return new RegExp(`^${source}$`);
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
