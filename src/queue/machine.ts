import { hostname } from "node:os";

/** The name of this machine in journals and in the queue. */
export function nameMachine(): string {
  return hostname();
}
