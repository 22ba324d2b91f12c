import { expect, test } from "vitest";
import { readClosed } from "../../src/experiments/closed.ts";
import { startCli } from "../support/cli.ts";
import { alone, prepareClosing } from "../support/finish/closing.ts";
import { hasTerminals, runOnTerminal } from "../support/machine/terminal.ts";

test("close needs --yes and a reason when it cannot ask", async () => {
  const { workspace, feature_id, standing, write } = await prepareClosing();
  const close = (...more: string[]) => startCli(workspace, ["close", feature_id, "exp-a", ...more]);
  const before = await standing();
  const shown = await close("--reason", "too slow");
  expect(shown).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining("Pass --yes to close without asking"),
  });
  expect(await close("--yes")).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--reason") });
  await write("new.txt", "new");
  const refused = await close("--yes", "--reason", "too slow");
  expect(refused).toMatchObject({
    exitCode: 2,
    stdout: expect.stringContaining("in the way uncommitted_work"),
  });
  expect(await standing()).toEqual(before);
  const closed = await close("--yes", "--reason", "too slow", "--commit-uncommitted");
  expect(closed).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("exp-a: closed, abandoned") });
  expect(await close()).toMatchObject({ exitCode: 0 });
});

test.skipIf(!hasTerminals)("close asks on a terminal for a reason and for confirmation", async () => {
  const { workspace, feature_id, standing, ref } = await prepareClosing({ ...alone, worktree: false });
  const args = ["close", feature_id, "exp-a"];
  const before = await standing();
  const declined = await runOnTerminal(workspace, args, [
    ["Why, for the record?", "too slow"],
    ["Close now? [y/N]", ""],
  ]);
  expect(declined).toMatchObject({ exitCode: 2, unanswered: [] });
  expect(await standing()).toEqual(before);
  const closed = await runOnTerminal(workspace, args, [
    ["Why, for the record?", "too slow"],
    ["Close now? [y/N]", "yes"],
  ]);
  expect(closed).toMatchObject({ exitCode: 0, unanswered: [] });
  expect(await readClosed(ref)).toMatchObject([{ reason: "too slow" }]);
});

test.skipIf(!hasTerminals)(
  "delete-branch asks for the name of an open experiment's branch to be typed again",
  async () => {
    const { workspace, branch, standing } = await prepareClosing({ ...alone, worktree: false });
    const ask = (typed: string) =>
      runOnTerminal(workspace, ["delete-branch", branch], [["Type its name to delete it:", typed]]);
    const before = await standing();
    expect(await ask("")).toMatchObject({ exitCode: 2, unanswered: [] });
    expect(await ask("production")).toMatchObject({
      exitCode: 1,
      screen: expect.stringContaining("confirm_mismatch"),
    });
    expect(await standing()).toEqual(before);
    expect(await ask(branch)).toMatchObject({ exitCode: 0 });
    expect((await standing()).branches).not.toContain(branch);
  },
);
