import { expect, it } from "vitest";
import { isAway } from "../../src/queue/database/when-reachable.ts";
import { CoreError } from "../../src/utils/core-error.ts";

/** An error as the queue throws it. @param code of its cause */
function failure(code: string | undefined) {
  const cause = Object.assign(new Error("It failed."), code === undefined ? {} : { code });
  return new CoreError("queue_unreachable", "The queue's database failed: It failed.", { hint: "", cause });
}

it.each([
  ["ends the connection without a word", undefined],
  ["refuses connections", "ECONNREFUSED"],
  ["closes a connection that is written to", "EPIPE"],
  ["restarts", "57P01"],
  ["starts", "57P03"],
  ["has no session left", "53300"],
  ["finds a deadlock", "40P01"],
])("a database that %s is away", (_what, code) => {
  expect(isAway(failure(code))).toBe(true);
});

it.each([
  ["knows no such table", "42P01"],
  ["allows no such statement", "42501"],
  ["does not exist", "3D000"],
  ["does not accept the password", "28P01"],
])("a database that %s is not", (_what, code) => {
  expect(isAway(failure(code))).toBe(false);
});

it("a database is away if Lakebase gives no login for now", () => {
  const later = { hint: "Wait.", retryable: true };
  expect(isAway(new CoreError("unavailable", "The service does not answer.", later))).toBe(true);
  expect(isAway(new CoreError("not_authenticated", "The login has expired.", { hint: "Log in." }))).toBe(
    false,
  );
});

it("no other error means that it is away", () => {
  expect(isAway(new CoreError("git_unreadable", "git failed.", { hint: "" }))).toBe(false);
  expect(isAway(new Error("It failed."))).toBe(false);
});
