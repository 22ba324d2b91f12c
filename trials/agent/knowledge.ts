/** Texts that an agent composes itself. */
const composed = new Set(["notes", "reason", "content"]);

/** What an agent was told: its goal, the tools, and their answers. It knows nothing else. */
export class Knowledge {
  #all = "";
  /** What the last answer says to do. At first, what the server says on connecting. */
  #advice = "";

  constructor(goal: string, instructions: string, tools: unknown) {
    this.learn(goal);
    this.learn(instructions);
    this.learn(tools);
    this.#advice = instructions;
  }

  learn(what: unknown): void {
    this.#all += `${JSON.stringify(what)}\n`;
  }

  /** @param answer the data of a tool's answer */
  learnAnswer(answer: unknown): void {
    this.learn(answer);
    this.#advice = findAdvice(answer).join("\n");
  }

  /** @throws Error if the previous answer did not lead to this tool */
  requireAdvice(tool: string): void {
    if (!this.#advice.includes(tool))
      throw new Error(`Nothing leads to ${tool}. The previous answer says: ${this.#advice}`);
  }

  /** @throws Error if an argument, or a path, does not come from anything the agent was told */
  requireKnown(what: unknown): void {
    for (const text of findTexts(what))
      if (!this.#all.includes(JSON.stringify(text).slice(1, -1)))
        throw new Error(`Nobody knowledge the agent "${text}".`);
  }
}

/** Lists every next step, hint and remedy in an answer. */
function findAdvice(value: unknown, key = ""): string[] {
  if (typeof value === "string")
    return ["next_step", "hint", "remedy", "advice"].includes(key) ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((each) => findAdvice(each, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => findAdvice(each, name));
}

function findTexts(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => (composed.has(name) ? [] : findTexts(each)));
}
