/** Path arguments of git for all files of a directory but our records. */
export const ownFiles = [".", ":(exclude,top).tdd"];
