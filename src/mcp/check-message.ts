import * as z from "zod";

/** As JSON-RPC 2.0 and MCP have them. */
const idSchema = z.union([z.string(), z.number().int()]);
type Id = z.infer<typeof idSchema>;

const messageSchema = z.looseObject({
  jsonrpc: z.literal("2.0"),
  id: idSchema.optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});

/** JSON-RPC's own codes. */
const parseError = -32_700;
const invalidRequest = -32_600;

/**
 * Looks at one line of input.
 * @param line of a message that is too long, both ends alone
 * @returns undefined for a message that can be read, else the line that answers it; empty for what takes no answer
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
    return answer(undefined, parseError, "The line is not JSON. Send one message a line.");
  if (hasHiddenKey(text)) return answer(readId(message), invalidRequest, "A key __proto__ is not allowed.");
  const checked = messageSchema.safeParse(message);
  if (checked.success) return undefined;
  const [issue] = checked.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? "The message" : issue.path.join(".");
  const what = `${where} is not as JSON-RPC 2.0 has it: ${issue?.message ?? "it cannot be read"}.`;
  return answer(readId(message), invalidRequest, what);
}

/** Without an id that can be repeated, JSON-RPC wants null. */
function answer(id: Id | undefined, code: number, message: string): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id: id ?? null, error: { code, message } })}\n`;
}

/** A key `__proto__` hides what stands under it from a schema. */
function hasHiddenKey(text: string): boolean {
  if (!text.includes("__proto__") && !text.includes("\\u")) return false;
  let isFound = false;
  JSON.parse(text, (key, value: unknown) => {
    isFound ||= key === "__proto__";
    return value;
  });
  return isFound;
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

/** The id of a message that is not parsed: clients write it before the parameters, or at the very end. */
function findId(text: string): Id | undefined {
  const id = '"id"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*"|-?\\d+)';
  const last = new RegExp(`,\\s*${id}\\s*(?:,\\s*"jsonrpc"\\s*:\\s*"2\\.0"\\s*)?\\}\\s*$`).exec(text)?.[1];
  const first = new RegExp(`^\\s*\\{(?:\\s*"(?:jsonrpc|method)"\\s*:\\s*"[^"]*"\\s*,)*\\s*${id}\\s*,`).exec(
    text,
  )?.[1];
  const found = first ?? last;
  return found === undefined ? undefined : idSchema.safeParse(parse(found)).data;
}
