const extensions =
  "[cm]?[jt]sx?|vue|svelte|py|go|java|kts?|scala|groovy|clj|rb|php|rs|c|cc|cpp|cxx|h|hpp|mm?|cs|fs|vb|swift|exs?|erl|dart|lua|p[lm]|t|sql|sh|bats|feature";

/** A shorter list, because names of packages and modules also end in the other extensions. */
const sourceFile = /\.(?:[cm]?[jt]sx?|py|go|java|kt|rb|php|rs|feature|bats|sh|sql)$/;

/** `src/cart.ts:3`, `File "cart.py", line 3`, `t/cart.t line 3`, `Cart.cs:line 3`: a place in a source file. */
const sourceLine = new RegExp(`\\.(?:${extensions})(?::\\d+|:line \\d+|"?,? line \\d+)`);

/** Frames of runtimes, test runners and installed packages, which are rarely where a test went wrong. */
const foreignCode =
  /node_modules\/|\bnode:|site-packages\/|dist-packages\/|\/lib\/python\d|\/rustc\/|\/usr\/local\/go\/|\/vendor\/|\bat (?:java|javax|jdk|sun|kotlin|scala|junit|groovy|org\.(?:junit|opentest4j|testng|assertj|hamcrest|gradle|apache\.maven|spockframework))\./;

/** True if the name is that of a source file. */
export function isSourceFile(name: string): boolean {
  return sourceFile.test(name);
}

/** True if the name is that of a JavaScript or TypeScript file. */
export function isScript(name: string): boolean {
  return /\.[cm]?[jt]sx?$/.test(name);
}

/** True if a line of a failure names a source location that may be in the project's own code. */
export function namesOwnSource(line: string): boolean {
  return sourceLine.test(line) && !foreignCode.test(line);
}

/** True if a line is a stack frame of a runtime, a test runner or an installed package. */
export function isForeignFrame(line: string): boolean {
  return foreignCode.test(line) && (sourceLine.test(line) || /:\d+:\d+\)?(?: \{)?$/.test(line));
}
