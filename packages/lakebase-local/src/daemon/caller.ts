import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { ApiError } from "../api/api-error.ts";
import type { Credentials } from "../api/roles/credentials.ts";

/** Who sends a request: whoever has the daemon's token, or a credential of one endpoint. */
export interface Caller {
  /** The uid of the one endpoint that the caller may get credentials for; undefined for all. */
  onlyEndpoint: string | undefined;
}

/** What a credential is good for beside logging in, so that a driver can renew it by itself. */
const openToCredentials = ["GET /api/2.0/preview/scim/v2/Me", "POST /api/2.0/postgres/credentials"];

/**
 * @param call its method and path
 * @throws ApiError for a token that is not known, or not good for the call.
 */
export function identifyCaller(
  request: IncomingMessage,
  call: string,
  { token, credentials }: { token: string; credentials: Credentials },
): Caller {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "";
  if (isSame(given, token)) return { onlyEndpoint: undefined };
  const onlyEndpoint = credentials.findEndpoint(given);
  if (onlyEndpoint === undefined) {
    throw new ApiError(
      401,
      "UNAUTHENTICATED",
      "Credential was not sent or was of an unsupported type for this API.",
    );
  }
  if (openToCredentials.includes(call)) return { onlyEndpoint };
  throw new ApiError(
    403,
    "PERMISSION_DENIED",
    "A credential of an endpoint is good for further ones of that endpoint only.",
  );
}

function isSame(left: string, right: string): boolean {
  const [given, wanted] = [Buffer.from(left), Buffer.from(right)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
