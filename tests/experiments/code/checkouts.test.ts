import { expect, test } from "vitest";
import { findCheckout } from "../../../src/experiments/code/checkouts.ts";
import { isInside } from "../../../src/experiments/code/worktrees.ts";

test.each([
  ["/w", "/w", true],
  ["/w", "/w/a/b", true],
  ["/w", "/w/../w/a", true],
  ["/w", "/w/..a", true],
  ["/w", "/w/a..", true],
  ["/w", "/w.worktrees/a", false],
  ["/w", "/", false],
  ["/w/a", "/w", false],
  ["/w/a", "/w/b", false],
  ["/", "/w", true],
])("in %s, %s: %j", (directory, path, isThere) => {
  expect(isInside(directory, path)).toBe(isThere);
});

test.each([
  ["/shop/a.ts", "/shop"],
  ["/shop", "/shop"],
  ["/shop/sub/a.ts", "/shop/sub"],
  ["/shop/subway/a.ts", "/shop"],
  ["/shop.worktrees/F1/exp-a/a.ts", "/shop.worktrees/F1/exp-a"],
  ["/shop.worktrees/F1/exp-ab/a.ts", undefined],
  ["/etc/passwd", undefined],
])("%s is in the checkout %s, the innermost one", (path, checkout) => {
  const all = ["/shop", "/shop/sub", "/shop.worktrees/F1/exp-a"];
  expect(findCheckout(all, path)).toBe(checkout);
  expect(findCheckout(all.toReversed(), path)).toBe(checkout);
});
