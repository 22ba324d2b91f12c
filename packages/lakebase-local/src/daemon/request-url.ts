import type { IncomingMessage } from "node:http";
import { ApiError } from "../api/api-error.ts";

const ownName = /^(127\.0\.0\.1|localhost)(:\d+)?$/;
/** A step up the path, which would make of a branch's name that of its project. */
const step = /\/(\.|%2e){1,2}(\/|$)/i;

/**
 * What a request asks for.
 * @throws ApiError for a host of another name: a page in a browser can have a name of its own lead here. And for a
 * target that is no path.
 */
export function parseUrl(request: IncomingMessage): URL {
  if (!ownName.test(request.headers.host ?? "")) {
    throw new ApiError(
      403,
      "PERMISSION_DENIED",
      "lakebase-local answers to the names 127.0.0.1 and localhost only.",
    );
  }
  const target = request.url ?? "";
  if (
    !target.startsWith("/") ||
    step.test(target.split("?")[0] ?? "") ||
    !URL.canParse(`http://localhost${target}`)
  ) {
    throw new ApiError(404, "NOT_FOUND", "resource not found");
  }
  return new URL(`http://localhost${target}`);
}
