import * as z from "zod";
import { ApiError, invalid, notFound } from "../api-error.ts";
import { parseBody } from "../body.ts";
import { parseDuration, parseTime } from "../branches/expiration.ts";
import type { ApiRequest, Platform } from "../platform.ts";

const credentialBody = z.object({
  endpoint: z.string().optional(),
  ttl: z.string().optional(),
  expire_time: z.string().optional(),
});
const shortest = 300;
const longest = 3600;

/** Issues a credential for one endpoint: by default for an hour, at least for five minutes. */
export async function generateCredential(
  platform: Platform,
  { body, onlyEndpoint }: ApiRequest,
): Promise<object> {
  const { endpoint = "", ttl, expire_time } = parseBody(body, credentialBody);
  if (endpoint === "") throw invalid(`Field 'endpoint' is required, expected non-default value (not "")!`);
  if (ttl !== undefined && expire_time !== undefined) {
    throw invalid("Fields 'ttl' and 'expire_time' are mutually exclusive.");
  }
  const now = Date.now();
  const asked = expire_time === undefined ? undefined : (parseTime("expire_time", expire_time) - now) / 1000;
  const seconds = ttl === undefined ? (asked ?? longest) : parseDuration("ttl", ttl);
  // A time that was 300 s ahead when it was written is a little less so now.
  if (seconds < shortest - 1 || seconds > longest + 1) {
    throw invalid(`The credential must expire between ${shortest} and ${longest} seconds from now.`);
  }
  const [, project, branch, id] =
    /^projects\/([^/]+)\/branches\/([^/]+)\/endpoints\/([^/]+)$/.exec(endpoint) ?? [];
  if (!project || !branch || !id) throw notFound("endpoint");
  const place = platform.store.endpoint(project, branch, id);
  if (onlyEndpoint !== undefined && onlyEndpoint !== place.endpoint.uid) {
    throw new ApiError(
      403,
      "PERMISSION_DENIED",
      "A credential of an endpoint is good for further ones of that endpoint only.",
    );
  }
  const end = new Date(now + seconds * 1000);
  return { token: await platform.credentials.issue(place.endpoint.uid, end), expire_time: end.toISOString() };
}
