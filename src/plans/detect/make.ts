import { tagSchema } from "../../../schemas/names.ts";
import { adviseOnReport, type Detection, exitCode, type FoundSuite, nothing } from "../detection.ts";
import type { Folder } from "../folder.ts";

/** Detects targets of a Makefile, for projects of which nothing else is known. */
export async function detectMake(folder: Folder): Promise<Detection> {
  const makefile = (await folder.read("Makefile")) ?? (await folder.read("makefile"));
  if (makefile === undefined) return nothing;
  const targets = [...makefile.matchAll(/^([A-Za-z][\w.-]*)\s*:(?![=:])/gm)].map(([, name = ""]) => name);
  const migration = targets.find((name) => /^(db-)?migrate(-up)?$/.test(name));
  return {
    suites: targets.flatMap(findSuite),
    setup:
      migration === undefined
        ? []
        : [{ command: ["make", migration], source: `target ${migration} of Makefile` }],
    prepare: [],
  };
}

function findSuite(target: string): FoundSuite[] {
  const [, after, before] = /^test-(.+)$|^(.+)-tests?$|^tests?$|^e2e$/.exec(target) ?? [
    undefined,
    undefined,
    undefined,
  ];
  const isTest = /^(tests?(-.+)?|.+-tests?|e2e)$/.test(target);
  const tag = after ?? before ?? (target === "e2e" ? "e2e" : "api");
  if (!isTest || !tagSchema.safeParse(tag).success || /watch|cover|bench/.test(tag)) return [];
  const advice = adviseOnReport(
    `make ${target}`,
    "Make it write JUnit, TAP or CTRF into ARTIFACTS_DIR, and name that as report.",
  );
  return [
    {
      tag,
      suite: { command: ["make", target], report: exitCode },
      source: `target ${target} of Makefile`,
      advice,
    },
  ];
}
