import { expect, test } from "vitest";
import { Knowledge } from "../../trials/agent/knowledge.ts";
import { Counter } from "../../trials/agent/tally.ts";
import { findRises } from "../../trials/baseline.ts";

test("a scripted agent calls only tools that an earlier answer suggested", () => {
  const knowledge = new Knowledge("Make it fast.", "Call check_setup first.", []);
  knowledge.requireAdvice("check_setup");
  knowledge.learnAnswer({
    rows: ["run_experiments"],
    findings: [{ remedy: "Call create_plan." }],
    next_step: "wait_for_run",
  });
  knowledge.requireAdvice("create_plan");
  knowledge.requireAdvice("wait_for_run");
  expect(() => knowledge.requireAdvice("check_setup")).toThrow(/Nothing leads to check_setup/);
  expect(() => knowledge.requireAdvice("run_experiments")).toThrow(/Nothing leads to run_experiments/);
});

test("a scripted agent passes only values from answers, and texts of its own", () => {
  const knowledge = new Knowledge('Call it "exp-a".', "", [{ name: "create_plan" }]);
  knowledge.learnAnswer({ code_directory: "/place/exp-a", next_step: "" });
  knowledge.requireKnown({
    experiments: [{ experiment_slug: "exp-a", notes: "made up" }],
    quiet: true,
    repeat: 2,
  });
  knowledge.requireKnown("/place/exp-a");
  expect(() => knowledge.requireKnown({ experiments: [{ experiment_slug: "exp-b" }] })).toThrow(/exp-b/);
  expect(() => knowledge.requireKnown("/place/exp-b")).toThrow(/exp-b/);
});

test("counts all waits for one run as one call, and ignores what differs by machine and time", () => {
  const count = (place: string, took: number, waits: number) => {
    const counter = new Counter([place]);
    counter.add("run_experiments", {}, { path: `${place}/a`, took });
    for (let wait = 1; wait <= waits; wait += 1)
      counter.add("wait_for_run", { run_id: "r" }, "x".repeat(waits - wait));
    return { calls: counter.calls, bytes: counter.bytes };
  };
  expect(count("/home/ada/shop", 12.75, 3)).toEqual(count("/s", 9, 1));
  expect(count("/s", 9, 1).calls).toBe(2);
});

test("reports more calls or clearly more bytes than the baseline, but not fewer", () => {
  const baseline = { plain: { calls: 5, bytes: 1000 } };
  expect(findRises("plain", { calls: 5, bytes: 1010 }, baseline)).toEqual([]);
  expect(findRises("plain", { calls: 4, bytes: 500 }, baseline)).toEqual([]);
  expect(findRises("plain", { calls: 6, bytes: 1000 }, baseline)).toEqual([
    expect.stringContaining("6 calls instead of 5"),
  ]);
  expect(findRises("plain", { calls: 5, bytes: 1030 }, baseline)).toEqual([
    expect.stringContaining("1030 bytes instead of 1000"),
  ]);
  expect(findRises("other", { calls: 1, bytes: 1 }, baseline)).toEqual([
    expect.stringContaining("not in trials/baseline.json"),
  ]);
});
