import {
  JSONRPCNotificationSchema,
  JSONRPCRequestSchema,
  JSONRPCResponseSchema,
} from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import { hasHiddenKey } from "../utils/hidden-key.ts";
import { ownValue } from "../utils/own-value.ts";
import { requestSchemas } from "./request-schemas.ts";

/** As defined by JSON-RPC 2.0 and MCP. */
const idSchema = z.union([z.string(), z.number().int()]);
type Id = z.infer<typeof idSchema>;

const messageSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: idSchema.optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** Defined by JSON-RPC. */
const parseError = -32_700;
const invalidRequest = -32_600;
const invalidParams = -32_602;

/**
 * Checks one line of input.
 * @param line the message, or only its two ends if it is too long
 * @returns undefined for a valid message, otherwise the line that answers it; empty if there is nothing to answer
 */
export function checkMessage(
  line: Buffer,
  { isTooLong, size }: { isTooLong: boolean; size: number },
): string | undefined {
  const text = line.toString();
  if (isTooLong) {
    const what = `The message has ${size} bytes; at most 10 MiB are read. Give large content by its path, as source_path of write_artifact.`;
    return answer(findId(text), invalidRequest, what);
  }
  if (text.trim() === "") return "";
  const message = parse(text);
  if (message === undefined)
    return answer(undefined, parseError, "The line is not JSON. Send one message per line.");
  if (hasHiddenKey(text)) return answer(readId(message), invalidRequest, "A key __proto__ is not allowed.");
  const issue = findIssue(message);
  if (issue === undefined) return checkParams(message);
  if (isAnswer(message)) return "";
  return answer(readId(message), invalidRequest, describe(issue, "JSON-RPC 2.0 as MCP uses it"));
}

/** Checks what a request asks for. The SDK would answer with an internal error, and zod's own text. */
function checkParams(message: unknown): string | undefined {
  const { id, method = "" } = messageSchema.safeParse(message).data ?? {};
  // Notifications are not answered.
  if (id === undefined) return undefined;
  const issue = ownValue(requestSchemas, method)?.safeParse(message).error?.issues[0];
  return issue && answer(id, invalidParams, describe(issue, `${method} as MCP defines it`));
}

function describe({ path, message }: z.core.$ZodIssue, what: string): string {
  const where = path.length === 0 ? "The message" : path.join(".");
  return `${where} does not conform to ${what}: ${message}.`;
}

/** Finds what keeps the SDK from reading a message: it would leave the message unanswered, and its sender waiting. */
function findIssue(message: unknown): z.core.$ZodIssue | undefined {
  const { data, error } = messageSchema.safeParse(message);
  if (error !== undefined) return error.issues[0];
  const request = data.id === undefined ? JSONRPCNotificationSchema : JSONRPCRequestSchema;
  return (isAnswer(message) ? JSONRPCResponseSchema : request).safeParse(message).error?.issues[0];
}

const answerSchema = z.looseObject({ method: z.undefined().optional() });

/** Whether a message is an answer. An answer to it would be one too, and we ask clients nothing that it could be about. */
function isAnswer(message: unknown): boolean {
  const { success, data } = answerSchema.safeParse(message);
  return success && ("result" in data || "error" in data);
}

/** JSON-RPC requires null if the id is unknown. */
function answer(id: Id | undefined, code: number, message: string): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id: id ?? null, error: { code, message } })}\n`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readId(message: unknown): Id | undefined {
  return z.looseObject({ id: idSchema }).safeParse(message).data?.id;
}

/** Finds the id of an unparsed message: clients write it before the parameters, or at the very end. */
function findId(text: string): Id | undefined {
  const id = '"id"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*"|-?\\d+)';
  const last = new RegExp(`,\\s*${id}\\s*(?:,\\s*"jsonrpc"\\s*:\\s*"2\\.0"\\s*)?\\}\\s*$`).exec(text)?.[1];
  const first = new RegExp(`^\\s*\\{(?:\\s*"(?:jsonrpc|method)"\\s*:\\s*"[^"]*"\\s*,)*\\s*${id}\\s*,`).exec(
    text,
  )?.[1];
  const found = first ?? last;
  return found === undefined ? undefined : idSchema.safeParse(parse(found)).data;
}
