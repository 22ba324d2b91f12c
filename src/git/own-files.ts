/** Path arguments of git for all files of a directory but our records, which may lie below the repository's root. */
export const ownFiles = [".", ":(exclude,top,glob)**/.tdd", ":(exclude,top,glob)**/.tdd/**"];
