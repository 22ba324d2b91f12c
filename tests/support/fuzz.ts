import fc from "fast-check";

/** In CI the same few inputs every time; `npm run fuzz` tries different ones, and many more. */
const times = Number(process.env.FUZZ_TIMES ?? 1);
const seed = Number(process.env.FUZZ_SEED ?? (times > 1 ? Date.now() : 20));

/** How often a property is tried, given how often it is in CI. */
export function tries(count: number): { numRuns: number; seed: number } {
  return { numRuns: count * times, seed };
}

const hostileTexts = [
  "",
  ".",
  "..",
  "../../etc/passwd",
  "/etc/passwd",
  "a/../../b",
  "..\\..\\x",
  "--profile",
  "$(id)",
  "'; DROP TABLE x; --",
  "__proto__",
  "constructor",
  "CON",
  "a\0b",
  "a\nb",
  "\u202egnp.exe",
  "\ud800",
  "é".repeat(200),
  "x".repeat(1100),
  "F1",
  "exp-a",
  "C1",
];

/** Texts that lead somewhere, break something or are harmless. */
export const anyText = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ maxLength: 40 }),
);

/** A path whose parts may lead anywhere. */
export const anyPath = fc.oneof(
  anyText,
  fc
    .array(fc.oneof(anyText, fc.constantFrom("..", ".", "", "a", "b.txt")), { maxLength: 5 })
    .map((parts) => parts.join("/")),
);

/** JSON of any shape, with known and unknown keys. */
export function anyJson(keys: readonly string[]): fc.Arbitrary<unknown> {
  const key = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom("name", ...keys) },
    fc.string({ maxLength: 8 }),
  );
  return fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(anyText, fc.integer(), fc.double(), fc.boolean(), fc.constant(null)),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 4 }),
    ),
  })).value;
}
