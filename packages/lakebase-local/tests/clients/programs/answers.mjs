/** What every program sends to and fro as a big value. */
export const big = "0123456789abcdef".repeat(512 * 1024);

/** How many sessions every program opens at once. */
export const sessions = 60;

/** Asks whether the session with a pid runs the statement that is to be cancelled. */
export const asleep =
  "SELECT FROM pg_stat_activity WHERE pid = $1 AND state = 'active' AND query = 'SELECT pg_sleep(600)'";

/** Runs a client's checks one after the other, and prints what each answers, or how it failed, as one JSON object. */
export async function printAnswers(checks) {
  const answers = {};
  for (const [name, check] of Object.entries(checks)) answers[name] = await check().then(String, String);
  process.stdout.write(JSON.stringify(answers));
}
