import { hostname } from "node:os";

/** This machine, as journals and the queue name it. */
export function nameMachine(): string {
  return hostname();
}
