import packageFile from "../package.json" with { type: "json" };

/** The version of the package that this program is a part of. */
export const version = packageFile.version;
