/** The variable by which commands find what only the main checkout has, such as settings and data. */
export const mainCheckout = "MAIN_CHECKOUT";

const variable = String.raw`\$(?:${mainCheckout}(?!\w)|\(${mainCheckout}\)|\{${mainCheckout}(?::?[-=?+][^}]*)?\})`;

/** A file below it. A quote may end after the variable. */
const below = new RegExp(String.raw`${variable}(?:\\?["'])?(?=/[\w.])`, "g");

/** A change of directory, or an option that makes a tool work there: `cd "$MAIN_CHECKOUT"`. */
const moved = new RegExp(
  String.raw`((?:\b(?:cd|pushd) +|-C *|--[\w-]+[ =])(?:\\?["'])?)${variable}(?!/)`,
  "g",
);

const noComment = /^(?!\s*(?:#|\/\/|\*)).*$/gm;

/**
 * Replaces the variable in a script or a build file where it leads to files, so that they are found like any other path.
 * Other programs do more with it than can be told from their text.
 */
export function withMainCheckout(text: string, environment: Readonly<Record<string, string>>): string {
  const main = environment[mainCheckout];
  if (main === undefined || !text.includes(mainCheckout)) return text;
  return text.replace(noComment, (line) =>
    line.replace(below, () => main).replace(moved, (_whole, before: string) => before + main),
  );
}
