import { describe, expect, test } from "vitest";
import { parseArguments, parseGoDuration, UsageError } from "../../src/cli/arguments.ts";
import type { Flag } from "../../src/commands.ts";

const flags: Flag[] = [
  { name: "json", kind: "json" },
  { name: "limit", kind: "int" },
  { name: "purge", kind: "bool" },
  { name: "timeout", kind: "duration" },
  { name: "ttl", kind: "string" },
];

const parse = (...words: string[]) => parseArguments(words, flags, "how it is called");

describe("arguments", () => {
  test.each<[string[], string[], Record<string, string>]>([
    [["a", "--purge", "b"], ["a", "b"], { purge: "true" }],
    [["--limit", "5", "a"], ["a"], { limit: "5" }],
    [["--limit=5", "a"], ["a"], { limit: "5" }],
    [["--limit", "-1"], [], { limit: "-1" }],
    [["--ttl="], [], { ttl: "" }],
    [["--ttl", "--purge"], [], { ttl: "--purge" }],
    [["--json", '{"a":"b=c"}'], [], { json: '{"a":"b=c"}' }],
    [['--json={"a":"b=c"}'], [], { json: '{"a":"b=c"}' }],
    [["--limit", "1", "--limit", "2"], [], { limit: "2" }],
    [["--timeout", "1h30m"], [], { timeout: "1h30m" }],
    [["-o", "json", "a"], ["a"], { output: "json" }],
    [["-ojson"], [], { output: "json" }],
    [["-o=json"], [], { output: "json" }],
    [["--output", "JSON"], [], { output: "json" }],
    [["-p", "dev", "-t", "prod"], [], { profile: "dev", target: "prod" }],
    [["-h"], [], { help: "true" }],
    [["--", "--purge", "-o"], ["--purge", "-o"], {}],
    [["-", "a"], ["-", "a"], {}],
    [[], [], {}],
  ])("%j are the positionals %j and the flags %j", (words, positionals, expected) => {
    const parsed = parse(...words);
    expect(parsed.positionals).toEqual(positionals);
    expect(Object.fromEntries(parsed.flags)).toEqual(expected);
  });

  test.each(["1", "t", "T", "true", "TRUE", "True"])("a switch set to %s is on", (value) => {
    expect(parse(`--purge=${value}`).flags.get("purge")).toBe("true");
  });

  test.each(["0", "f", "F", "false", "FALSE", "False"])("a switch set to %s is off", (value) => {
    expect(parse(`--purge=${value}`).flags.get("purge")).toBe("false");
  });

  test("a switch does not take the next word as its value", () => {
    expect(parse("--purge", "false").positionals).toEqual(["false"]);
  });

  test.each([
    [["--nope"], "unknown flag: --nope"],
    [["--nope=1"], "unknown flag: --nope"],
    [["-x"], "unknown shorthand flag: 'x' in -x"],
    [["-xyz"], "unknown shorthand flag: 'x' in -xyz"],
    [["--limit"], "flag needs an argument: --limit"],
    [["-o"], "flag needs an argument: 'o' in -o"],
    [
      ["--limit", "many"],
      'invalid argument "many" for "--limit" flag: strconv.ParseInt: parsing "many": invalid syntax',
    ],
    [
      ["--limit", "1.5"],
      'invalid argument "1.5" for "--limit" flag: strconv.ParseInt: parsing "1.5": invalid syntax',
    ],
    [
      ["--purge=yes"],
      'invalid argument "yes" for "--purge" flag: strconv.ParseBool: parsing "yes": invalid syntax',
    ],
    [
      ["--purge=tRUE"],
      'invalid argument "tRUE" for "--purge" flag: strconv.ParseBool: parsing "tRUE": invalid syntax',
    ],
    [["--timeout", "90"], 'invalid argument "90" for "--timeout" flag: time: missing unit in duration "90"'],
    [["--timeout", "soon"], 'invalid argument "soon" for "--timeout" flag: time: invalid duration "soon"'],
    [["--timeout", "7d"], 'invalid argument "7d" for "--timeout" flag: time: invalid duration "7d"'],
    [["-o", "yaml"], 'invalid argument "yaml" for "-o, --output" flag: accepted arguments are json and text'],
    [
      ["--json", ""],
      'invalid argument "" for "--json" flag: expected inline JSON or @path/to/file, got an empty string',
    ],
  ])("refuses %j in the official command's words, with the usage", (words, message) => {
    expect(() => parse(...words)).toThrow(new UsageError(message, "how it is called"));
  });
});

test.each<[string, number | undefined]>([
  ["0", 0],
  ["90s", 90],
  ["5m", 300],
  ["1h30m", 5400],
  ["1.5h", 5400],
  ["1.s", 1],
  [".5s", 0.5],
  ["250ms", 0.25],
  ["100us", 0.0001],
  ["100µs", 0.0001],
  ["1ns", 1e-9],
  ["-1m30s", -90],
  ["+2s", 2],
  ["", undefined],
  ["s", undefined],
  [".s", undefined],
  ["1", undefined],
  ["1 s", undefined],
  ["1d", undefined],
  ["1m-30s", undefined],
  ["1e3s", undefined],
])("the Go duration %j is %s seconds", (text, seconds) => {
  if (seconds === undefined) expect(parseGoDuration(text)).toBeUndefined();
  else expect(parseGoDuration(text)).toBeCloseTo(seconds, 9);
});
