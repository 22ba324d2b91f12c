import { posix } from "node:path";
import type { ReportCase } from "../../../../schemas/plan/report.ts";
import { groupBy } from "../../../utils/group-by.ts";

/** A file of a report, and the cases in it. */
interface CasesOfFile {
  name: string;
  cases: ReportCase[];
}

/**
 * Merges the attempts at a test that are in different files, as Surefire up to 3.2 writes them for classes with nested
 * ones: the first next to the tests of a nested class, the others in the file of the test's own class.
 */
export function mergeSplitAttempts<File extends CasesOfFile>(files: readonly File[]): File[] {
  const own = new Set(
    files.flatMap((file) =>
      file.cases.filter((each) => isOfClass(file, each)).map((each) => identify(file, each)),
    ),
  );
  const isEarlier = (file: File, each: ReportCase) =>
    each.status === "failed" && !isOfClass(file, each) && own.has(identify(file, each));
  const earlier = groupBy(
    files.flatMap((file) =>
      file.cases.filter((each) => isEarlier(file, each)).map((each) => ({ each, key: identify(file, each) })),
    ),
    ({ key }) => key,
  );
  if (earlier.size === 0) return [...files];
  return files.map((file) => ({
    ...file,
    cases: file.cases
      .filter((each) => !isEarlier(file, each))
      .map((last) =>
        addAttempts(
          last,
          earlier.get(identify(file, last))?.map(({ each }) => each),
        ),
      ),
  }));
}

/** True if the file is that of the class whose test the case is: `TEST-shop.CartTest.xml` of `shop.CartTest.adds`. */
function isOfClass({ name }: CasesOfFile, each: ReportCase): boolean {
  const [, className] = /^TEST-(.+)\.xml$/.exec(posix.basename(name)) ?? [];
  return className !== undefined && each.name.startsWith(`${className}.`);
}

function addAttempts(last: ReportCase, failed: readonly ReportCase[] = []): ReportCase {
  const [first] = failed;
  if (first === undefined || (last.status !== "passed" && last.status !== "flaky")) return last;
  const tally = { passed: 1, failed: failed.length + (last.tally?.failed ?? 0) };
  return { ...last, status: "flaky", ...(first.failure !== undefined && { failure: first.failure }), tally };
}

/** Modules of a project, whose reports are in different folders, may have classes of the same name. */
function identify({ name }: CasesOfFile, each: ReportCase): string {
  return JSON.stringify([posix.dirname(name), each.name, each.file]);
}
