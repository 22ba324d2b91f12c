import { randomUUID } from "node:crypto";
import { describeTrouble, findTrouble } from "../machine-trouble.ts";

/** An answer of the API that refuses a request: HTTP status, stable code, text, machine-readable details. */
export class ApiError extends Error {
  override readonly name: string = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly details: object[] | undefined;

  constructor(status: number, code: string, message: string, details?: object[]) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** What a failure of any kind is to the caller: trouble of the machine has a code of its own. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(500, findTrouble(error)?.code ?? "INTERNAL_ERROR", describeTrouble(error));
}

/** The kinds of resource, as error texts call them. */
export type Kind = "project" | "branch" | "endpoint" | "database" | "role" | "operation";

export function notFound(kind: Kind): ApiError {
  return new ApiError(404, "NOT_FOUND", traced(`${kind} id not found`));
}

export function alreadyExists(message: string): ApiError {
  return new ApiError(409, "ALREADY_EXISTS", message);
}

/** How Lakebase marks a message, for its support to find the request. */
export function traced(message: string): string {
  return `${message} [TraceId: ${randomUUID()}]`;
}

/** A rule of Lakebase forbids it. */
export function badRequest(message: string): ApiError {
  return new ApiError(400, "BAD_REQUEST", message);
}

/** A field of the request is missing or malformed. */
export function invalid(message: string): ApiError {
  return new ApiError(400, "INVALID_PARAMETER_VALUE", message);
}

export function quotaExceeded(message: string): ApiError {
  return new ApiError(400, "QUOTA_EXCEEDED", message);
}

/** What belongs to its parent goes with the parent only; declarative clients look for this marker. */
export function managedByParent(message: string): ApiError {
  return new ApiError(400, "BAD_REQUEST", message, [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      domain: "databricks.com",
      reason: "RESOURCE_CONFLICT",
      metadata: { declarative_context: "MANAGED_BY_PARENT" },
    },
    { "@type": "type.googleapis.com/google.rpc.RequestInfo", request_id: randomUUID(), serving_data: "" },
  ]);
}
