import { expect, test } from "vitest";
import { retryWithBackoff } from "../../../../src/runs/cycle/branch/retry-with-backoff.ts";
import { CoreError } from "../../../../src/utils/core-error.ts";

const passing = new CoreError("unavailable", "Try later.", { hint: "", retryable: true });
const lasting = new CoreError("not_authenticated", "Log in.", { hint: "" });

/** A task that fails with each of the errors in turn, then succeeds. */
function failing(...errors: Error[]) {
  const task = async () => {
    task.calls += 1;
    const error = errors[task.calls - 1];
    if (error !== undefined) throw error;
    return "done";
  };
  task.calls = 0;
  return task;
}

const { signal } = new AbortController();

test("retries transient errors", async () => {
  expect(await retryWithBackoff(failing(passing, passing), signal, [1, 1])).toBe("done");
});

test("gives up after the last pause, with the last error", async () => {
  await expect(retryWithBackoff(failing(passing, passing, passing), signal, [1, 1])).rejects.toBe(passing);
});

test.each([lasting, new Error("a defect")])("does not retry a permanent error: %s", async (error) => {
  const task = failing(error);

  await expect(retryWithBackoff(task, signal, [1, 1])).rejects.toBe(error);
  expect(task.calls).toBe(1);
});

test("stops at once when the run ends, with the run's reason", async () => {
  const run = new AbortController();
  const tried = retryWithBackoff(failing(passing), run.signal, [60_000]);

  setImmediate(() => run.abort(lasting));

  await expect(tried).rejects.toBe(lasting);
});
