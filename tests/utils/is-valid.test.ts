import { expect, test } from "vitest";
import * as z from "zod";
import { isValid } from "../../src/utils/is-valid.ts";

test("answers the same every time, and for each schema on its own", () => {
  const [short, long] = [z.string().max(2), z.string().min(3)];
  for (let time = 0; time < 2; time++) {
    expect([isValid(short, "ab"), isValid(short, "abc")]).toEqual([true, false]);
    expect([isValid(long, "ab"), isValid(long, "abc")]).toEqual([false, true]);
  }
});
