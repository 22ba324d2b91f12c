import { expect, test } from "vitest";
import { startCli } from "../support/cli.ts";
import { preparePromotion } from "../support/finish/promotion.ts";
import { hasTerminals, runOnTerminal } from "../support/machine/terminal.ts";

test("promote shows its plan, asks for confirmation unless --yes is given, and reports the outcome", async () => {
  const { directory, feature_id, tip, design } = await preparePromotion();
  const before = await tip();
  const promote = (...more: string[]) => startCli(directory, ["promote", feature_id, "exp-a", ...more]);

  const shown = await promote();
  expect(shown.stdout).toContain("against   not_verified: ");
  expect(shown.stdout).toContain("--yes");
  expect(shown.exitCode).toBe(2);
  expect(await tip()).toBe(before);

  if (hasTerminals) {
    const answer = (...answers: [string, string][]) =>
      runOnTerminal(directory, ["promote", feature_id, "exp-a"], answers);
    const declined = await answer(["Run the verification now? [y/N]", "n"]);
    expect(declined).toMatchObject({ exitCode: 2, unanswered: [] });
    expect(declined.screen).not.toContain("verified  ");
    const verified = await answer(["Run the verification now? [y/N]", "y"], ["Promote it now? [y/N]", "no"]);
    expect(verified).toMatchObject({ exitCode: 2, unanswered: [] });
    expect(await tip()).toBe(before);
  }

  const done = await promote("--yes");
  expect(done.stdout).toContain("verified  succeeded");
  expect(done.stdout).toContain(`exp-a of ${feature_id}: promoted`);
  expect(done.exitCode).toBe(0);
  expect(await tip()).toBe(design);
  expect((await promote()).exitCode).toBe(0);

  expect(await promote("--yes", "--nonsense")).toMatchObject({ exitCode: 1 });
  const unknown = await startCli(directory, ["promote", feature_id, "exp-z"]);
  expect(unknown.stderr).toContain("unknown_experiment");
  expect(unknown.exitCode).toBe(1);
});
