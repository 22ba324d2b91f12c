/** Pathspecs for all files of a directory except our records, which may be below the repository's root. */
export const projectFiles = [".", ":(exclude,top,glob)**/.tdd", ":(exclude,top,glob)**/.tdd/**"];
