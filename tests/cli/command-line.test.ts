import { describe, expect, test } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { internalCommands } from "../../src/cli/internal-commands.ts";
import { parseCommandLine } from "../../src/cli/parse.ts";
import { renderCommandHelp, renderHelp } from "../../src/cli/render/help.ts";

const parse = (line: string) => parseCommandLine(commands, line.split(" "));

describe("a command line", () => {
  test("accepts a command, its arguments and its options in any order", () => {
    expect(parse("run --tags api,e2e F1 exp-a exp-b --quiet --workspace shop")).toMatchObject({
      name: "run",
      args: ["F1", "exp-a", "exp-b"],
      flags: { tags: "api,e2e", quiet: true, workspace: "shop" },
    });
    expect(parse("exec F1 exp-a -- psql --help").args).toEqual(["F1", "exp-a", "psql", "--help"]);
    expect(parse("runs").args).toEqual([]);
  });

  test.each([
    ["compare", "compare needs FEATURE.", "lakebase-experiments compare [OPTIONS] FEATURE"],
    ["promote", "promote needs FEATURE and EXPERIMENT.", "promote [OPTIONS] FEATURE EXPERIMENT"],
    ["promote F1", "promote needs EXPERIMENT.", "promote [OPTIONS] FEATURE EXPERIMENT"],
    ["run", "run needs FEATURE.", "run [OPTIONS] FEATURE [EXPERIMENT…]"],
    ["exec F1 exp-a", "exec needs COMMAND.", "exec [OPTIONS] FEATURE EXPERIMENT -- COMMAND [ARGUMENT…]"],
    ["doctor now", "doctor does not take the argument now.", "doctor [OPTIONS]"],
    ["wait run-1 run-2", "wait does not take the argument run-2.", "wait [OPTIONS] RUN"],
    ["wait run-1 --tags api", "wait does not take the option --tags.", "--workspace, --project"],
    ["run F1 --format json", "run does not take the option --format.", "--tags, --cycle, --repeat"],
    ["run F1 --bogus", "Unknown option '--bogus'.", "COMMAND --help"],
    ["run F1 --tags", "Option '--tags <value>' argument missing.", "COMMAND --help"],
    ["run F1 --tags api --tags e2e", "--tags is given more than once.", "Give it once, as --tags A,B."],
    ["comparee F1", "Unknown command comparee.", "Did you mean compare?"],
    ["constructor", "Unknown command constructor.", "--help lists the commands"],
  ])("%s: %s", (line, message, hint) => {
    expect(() => parse(line)).toThrow(
      expect.objectContaining({ message, hint: expect.stringContaining(hint) }),
    );
  });

  test("does not suggest a command for the program's own use", () => {
    const all = { ...commands, ...internalCommands };
    expect(parseCommandLine(all, ["watchdog", "run-1"]).name).toBe("watchdog");
    expect(() => parseCommandLine(all, ["watchdogg"])).toThrow(
      expect.objectContaining({ hint: "lakebase-experiments --help lists the commands." }),
    );
  });

  test("accepts a switch more than once, and a word of the command after --", () => {
    expect(parse("run F1 --quiet --quiet").flags).toMatchObject({ quiet: true });
    expect(parse("exec F1 exp-a --workspace a -- b --workspace c").flags).toMatchObject({ workspace: "a" });
  });

  test("accepts --help without the required arguments", () => {
    expect(parse("compare --help")).toMatchObject({ name: "compare", flags: { help: true } });
  });
});

test("help lists every command, and for each command only its own options", () => {
  const all = renderHelp(commands);
  for (const name of Object.keys(commands)) expect(all).toMatch(new RegExp(`^  ${name}\\b`, "m"));

  const compare = renderCommandHelp("compare", commands.compare ?? expect.fail("no compare"));
  expect(compare).toContain("--format FORMAT");
  expect(compare).not.toContain("--tags");
  expect(Math.max(...`${all}\n${compare}`.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});
