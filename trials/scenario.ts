import type { Agent } from "./agent/agent.ts";
import type { World } from "./world.ts";

/** A task for an agent. */
export interface Scenario {
  name: string;
  /** What a user asks for. */
  goal: string;
  /** The project, as its first commit has it. */
  files: Record<string, string>;
  /** The tool after whose first answer the client dies. The agent begins again then, and remembers nothing. */
  diesAfter?: string;
  /** How an agent gets there that makes no mistake. */
  play: (agent: Agent) => Promise<void>;
  /** What must be true afterwards, whoever the agent was. @throws Error where it is not */
  check: (world: World) => Promise<void>;
}
