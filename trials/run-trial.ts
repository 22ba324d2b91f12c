import { createAgent } from "./agent/agent.ts";
import { createLocalTools, type LocalTools } from "./agent/local-tools.ts";
import { ClientDied, openSession, type Session } from "./agent/session.ts";
import { Counter, type Tally } from "./agent/tally.ts";
import type { Scenario } from "./scenario.ts";
import { createWorld } from "./world.ts";

/** Plays a scenario with the given client and machine. */
export type Player = (scenario: Scenario, session: Session, localTools: LocalTools) => Promise<void>;

const playScript: Player = (scenario, session, localTools) =>
  scenario.play(createAgent(scenario.goal, session, localTools));

/**
 * Plays a scenario in its own world, and checks the outcome.
 * @param tell receives every call and its answer
 * @throws Error if the player could not continue, or if the outcome is wrong
 */
export async function runTrial(
  scenario: Scenario,
  { play = playScript, tell }: { play?: Player; tell?: ((line: string) => void) | undefined } = {},
): Promise<Tally> {
  await using world = await createWorld(scenario.files);
  const counter = new Counter(world.places, tell);
  const live = async (diesAfter?: string) => {
    await using session = await openSession(world, counter, diesAfter);
    await play(scenario, session, createLocalTools(world.env));
  };
  await live(scenario.diesAfter).catch((error: unknown) => {
    if (!(error instanceof ClientDied)) throw error;
    return live();
  });
  await scenario.check(world);
  const { calls, bytes } = counter;
  return { calls, bytes };
}
