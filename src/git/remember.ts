/**
 * Remembers what git answered about a directory for as long as everything that the answer depends on is as it was. A run
 * asks before every command, and a process takes milliseconds.
 * @param ask undefined for no answer, which is not remembered
 * @param mark describes what an answer depends on; undefined if that cannot be told, as before the first answer
 */
export function remember<Answer>(
  ask: (directory: string) => Promise<Answer | undefined>,
  mark: (directory: string, answer: Answer | undefined) => string | undefined,
): (directory: string) => Promise<Answer | undefined> {
  const known = new Map<string, { answer: Answer; mark: string }>();
  return async (directory) => {
    const last = known.get(directory);
    const before = mark(directory, last?.answer);
    if (last !== undefined && last.mark === before) return last.answer;
    known.delete(directory);
    const answer = await ask(directory);
    const after = mark(directory, answer);
    // What changed while git was asked may not be in the answer.
    const isSettled = after !== undefined && (before ?? after) === after;
    if (answer !== undefined && isSettled) known.set(directory, { answer, mark: after });
    return answer;
  };
}
