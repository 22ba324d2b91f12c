import type { Agent } from "./agent/agent.ts";
import type { World } from "./world.ts";

/** A task for an agent. */
export interface Scenario {
  name: string;
  /** What a user asks for. */
  goal: string;
  /** The project at its first commit. */
  files: Record<string, string>;
  /** The tool after whose first answer the client dies. The agent then starts again, and remembers nothing. */
  diesAfter?: string;
  /** How an agent gets there without a mistake. */
  play: (agent: Agent) => Promise<void>;
  /** Checks what must be true afterwards, whoever the agent was. @throws Error if it is not */
  check: (world: World) => Promise<void>;
}
