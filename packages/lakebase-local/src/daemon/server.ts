import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import * as z from "zod";
import { ApiError, asApiError, invalid } from "../api/api-error.ts";
import { parseBody } from "../api/body.ts";
import type { Platform } from "../api/platform.ts";
import { getMessage } from "../local-error.ts";
import { identifyCaller } from "./caller.ts";
import { currentUser } from "./current-user.ts";
import { parseUrl } from "./request-url.ts";
import { route } from "./router.ts";

/** What the daemon does for its own command, in addition to Lakebase's API. */
interface OwnVerbs {
  status(): object;
  stop(): object;
  collectGarbage(): Promise<object>;
  addExtensions(folder: string): Promise<object>;
  authority(): Promise<object>;
}

interface ServerOptions {
  platform: Platform;
  token: string;
  verbs: OwnVerbs;
  /** Called at each request. */
  onRequest: () => void;
  report: (text: string) => void;
}

const largestBody = 1024 * 1024;
const longestWait = 30;

/** The API over HTTP. */
export function createApiServer(options: ServerOptions): Server {
  const server = createServer((request, response) => {
    options.onRequest();
    answer(options, request)
      .then((body) => send(response, 200, body))
      .catch((error) => {
        if (!(error instanceof ApiError))
          options.report(`${request.method} ${request.url}: ${getMessage(error)}`);
        const { status, code, message, details } = asApiError(error);
        send(response, status, { error_code: code, message, ...(details && { details }) });
      });
  });
  server.keepAliveTimeout = 1000;
  return server;
}

async function answer(options: ServerOptions, request: IncomingMessage): Promise<object> {
  const { platform, token, verbs } = options;
  const url = parseUrl(request);
  // The official command asks this of every host before it logs in.
  if (url.pathname === "/.well-known/databricks-config") {
    return { oidc_endpoint: `http://${request.headers.host}/oidc`, host_type: "WORKSPACE_HOST" };
  }
  const call = `${request.method} ${url.pathname}`;
  const caller = identifyCaller(request, call, { token, credentials: platform.credentials });
  if (call === "GET /api/2.0/preview/scim/v2/Me") return currentUser(platform.userName);
  if (call === "GET /local/status") return verbs.status();
  if (call === "GET /local/ca") return verbs.authority();
  if (call === "POST /local/stop") return verbs.stop();
  if (call === "POST /local/gc") return verbs.collectGarbage();
  if (call === "POST /local/extensions") {
    return verbs.addExtensions(parseBody(await readBody(request), z.object({ folder: z.string() })).folder);
  }
  const { handler, ids, path } = route(request.method ?? "GET", url.pathname);
  const body = await readBody(request);
  const rest = { query: url.searchParams, body, waitSeconds: waitSeconds(request) };
  return handler(platform, { ids, path, ...caller, ...rest });
}

/** `Prefer: wait=10`, as in RFC 7240, saves our own command from polling. */
function waitSeconds(request: IncomingMessage): number {
  const match = /(?:^|[,;\s])wait=(\d{1,4})/.exec(String(request.headers.prefer ?? ""));
  return Math.min(Number(match?.[1] ?? 0), longestWait);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > largestBody) throw new ApiError(413, "REQUEST_TOO_LARGE", "The request's body is too large.");
    chunks.push(bytes);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (error) {
    throw invalid(`The request's body is not JSON: ${getMessage(error)}`);
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(sorted(body)));
}

/** The official command prints keys in this order; so does ours by printing what it gets. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
