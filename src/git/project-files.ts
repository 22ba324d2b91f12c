const exceptRecords = [":(exclude,top,glob)**/.tdd", ":(exclude,top,glob)**/.tdd/**"];

/** Pathspecs for all files of a directory except our records, which may be below the repository's root. */
export const projectFiles = [".", ...exceptRecords];

/** Pathspecs for all files of the repository except our records, from whichever of its folders git runs in. */
export const repositoryFiles = [":(top)", ...exceptRecords];
