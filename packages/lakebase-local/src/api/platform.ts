import type PQueue from "p-queue";
import type { Computes } from "../computes/computes.ts";
import type { Extensions } from "../extensions/extensions.ts";
import type { Home } from "../home.ts";
import type { Binaries } from "../postgres/binaries.ts";
import type { Secrets } from "../postgres/secrets.ts";
import type { Identities } from "../tls/identities.ts";
import type { Operations } from "./operations.ts";
import type { Credentials } from "./roles/credentials.ts";
import type { BranchPlace, Store } from "./store.ts";

/** The limits that a platform holds its users to. */
export interface Limits {
  max_ttl_seconds: number;
  deleted_seconds: number;
  max_branches: number;
  max_computes: number;
  /** What a copy must leave free on the disk. */
  min_free_bytes: number;
}

/** All that the API's handlers work on. One per daemon. */
export interface Platform {
  home: Home;
  limits: Limits;
  userName: string;
  binaries: Binaries;
  extensions: Extensions;
  secrets: Secrets;
  store: Store;
  computes: Computes;
  credentials: Credentials;
  identities: Identities;
  operations: Operations;
  /** Copies of data directories; few at a time, since they share one disk. */
  copies: PQueue;
}

/** A request as the router hands it to its handler. */
export interface ApiRequest {
  /** The ids in the path, in order. */
  ids: string[];
  /** The path below the API's base. */
  path: string;
  query: URLSearchParams;
  body: unknown;
  /** The uid of the one endpoint that the caller may get credentials for; undefined for all. */
  onlyEndpoint: string | undefined;
  /** How long the caller likes to wait for an operation's end. */
  waitSeconds: number;
}

export type Handler = (platform: Platform, request: ApiRequest) => Promise<object> | object;

/** The id at a place of the path; the router has matched it. */
export function idAt(request: ApiRequest, place: number): string {
  return request.ids[place] ?? "";
}

/** The branch that the path names first. @throws ApiError where there is none */
export function findBranch({ store }: Platform, request: ApiRequest): BranchPlace {
  return store.branch(idAt(request, 0), idAt(request, 1));
}
