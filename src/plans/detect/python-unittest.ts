/**
 * Finds the arguments that make unittest find all test files. It only looks into packages below the folder it starts
 * in, and in other folders finds nothing, which earlier versions of Python count as a success.
 * @param files all files of the project
 */
export function findUnittestArguments(files: readonly string[], testFiles: readonly string[]): string[] {
  const known = new Set(files);
  const starts = new Set(testFiles.map((file) => findStart(file, known)));
  const [start = ""] = starts;
  const isUsual = testFiles.some((file) => /(^|\/)test[^/]*\.py$/.test(file));
  const options = [
    ...(starts.size > 1 || start === "" ? [] : ["-s", start]),
    ...(isUsual ? [] : ["-p", "*_test.py"]),
  ];
  return options.length === 0 ? ["-v"] : ["discover", "-v", ...options];
}

/** Finds the folder from which packages lead down to a file; empty for the top. */
function findStart(file: string, known: ReadonlySet<string>): string {
  const folder = file.split("/").slice(0, -1).join("/");
  return folder !== "" && known.has(`${folder}/__init__.py`) ? findStart(folder, known) : folder;
}
