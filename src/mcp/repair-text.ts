import { type JSONRPCMessage, JSONRPCMessageSchema } from "@modelcontextprotocol/sdk/types.js";

/** JSON writes as an escape only half of a surrogate pair. A backslash before it would make it the text of an escape. */
const half = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * Replaces halves of surrogate pairs, as in a name that a suite reported or a text that it cut: many a client's parser
 * refuses a message that has one, and its request would stay unanswered.
 */
export function repairText(message: JSONRPCMessage): JSONRPCMessage {
  const text = JSON.stringify(message);
  const repaired = text.replace(half, "$1\\ufffd");
  return repaired === text ? message : JSONRPCMessageSchema.parse(JSON.parse(repaired));
}
