import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { listBranches } from "../../src/lakebase/branches/branches.ts";
import { openLakebase } from "../../src/lakebase/lakebase.ts";
import { CoreError } from "../../src/utils/core-error.ts";
import { anyJson, anyText, tries } from "../support/fuzz.ts";
import { temporaryFolder } from "../support/machine/temporary.ts";

const keys = [
  "name",
  "status",
  "uid",
  "branches",
  "default",
  "is_protected",
  "current_state",
  "create_time",
  "spec",
];

const stdout = fc.oneof(
  anyJson(keys).map((value) => JSON.stringify(value) ?? ""),
  fc.array(anyJson(keys), { maxLength: 3 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary" }),
);

const stderr = fc
  .array(
    fc.oneof(
      anyText,
      fc.constantFrom(
        "Error: ",
        "Warning: ",
        "not found",
        "RESOURCE_CONFLICT",
        "[TraceId: x]",
        "quota",
        "429",
      ),
    ),
  )
  .map((parts) => parts.join(" "));

test("reads any output of the CLI as branches, or fails with a code and a hint", async () => {
  const folder = await temporaryFolder();
  const [out, err] = [join(folder, "out"), join(folder, "err")];
  const script = `cat ${out}; cat ${err} >&2; exit $CODE`;
  await fc.assert(
    fc.asyncProperty(stdout, stderr, fc.constantFrom(0, 0, 1, 2, 143), async (printed, said, code) => {
      await writeFile(out, printed);
      await writeFile(err, said);
      const lakebase = openLakebase({
        command: ["/bin/sh", "-c", script],
        project: "p",
        env: { PATH: process.env.PATH, CODE: String(code) },
        limits: { pause_ms: 1, operation_ms: 60_000 },
      });
      try {
        for (const { branch } of await listBranches(lakebase)) expect(branch).toMatch(/^[a-z]/);
        expect(code).toBe(0);
      } catch (error) {
        if (!(error instanceof CoreError)) throw error;
        expect(error.hint).not.toBe("");
      }
    }),
    tries(25),
  );
});
