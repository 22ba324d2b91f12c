import { join } from "node:path";
import { readIfPresent } from "../../utils/files/files.ts";

const secretName =
  /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|^_auth$/i;
const secretUrl = /^[a-z][a-z0-9+.-]*:\/\/[^\s/@]*:([^\s/@]+)@/i;

/** In characters. A shorter value that consists only of letters is likely to be a common word. */
const shortestWord = 12;

/**
 * Lists the secrets in files that are copied into a worktree, as they are on both sides. They must not appear in
 * artifacts.
 */
export async function readCopiedSecrets(
  folders: readonly string[],
  names: readonly string[],
): Promise<string[]> {
  const paths = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const texts = await Promise.all(paths.map((path) => readIfPresent(path).catch(() => undefined)));
  return [...new Set(texts.flatMap((text) => findSecrets(text ?? "")))];
}

/** In characters: longer than a private key in any form. */
const longestValue = 16_384;

/** A name and what follows it in settings and code: `API_KEY=`, `export TOKEN =`, `"password":`, `//host/:_authToken=`. */
const assignment = /(?<![\w.-])([\w.-]+)["'`]?[ \t]*(?:=>|[=:])[ \t]*/g;
const quoted = /^(["'`])((?:\\.|(?!\1)[^\\])*)\1/s;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----(.+?)-----END/gs;

/**
 * Finds the values of secret-sounding names, the passwords in URLs, and private keys. A value may be quoted, over several
 * lines, and followed by a comment.
 */
export function findSecrets(text: string): string[] {
  const settings = text.replace(/^[ \t]*#.*$/gm, "");
  const assigned = [...settings.matchAll(assignment)].flatMap(({ 0: whole, 1: name = "", index }) => {
    const begin = index + whole.length;
    const values = readValues(settings.slice(begin, begin + longestValue));
    const logins = values.flatMap((value) => {
      const login = secretUrl.exec(value)?.[1];
      return login === undefined ? [] : [value, login];
    });
    return secretName.test(name) ? [...values, ...logins] : logins;
  });
  const keys = [...text.matchAll(privateKey)].map(([, key = ""]) =>
    key.replace(/(?:\s|\\[rn])+/g, "\n").trim(),
  );
  const found = new Set([...assigned, ...keys]);
  return [...found].filter((each) => each.length >= shortestWord || !/^[A-Za-z]*$/.test(each));
}

/** Reads what a name is set to, in each form in which a program may take it. @param text what follows the name */
function readValues(text: string): string[] {
  const [, mark, inside] = quoted.exec(text) ?? [];
  if (inside !== undefined) {
    const plain =
      mark === "'" ? inside : inside.replace(/\\(.)/gs, (_, next) => (next === "n" ? "\n" : next));
    return [inside, plain, ...inside.split(/\r?\n/)];
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  const value = line
    .replace(/\s+#.*$/, "")
    .trimEnd()
    .replace(/,$/, "");
  // In a list on one line, the next entry follows.
  return [value, ...value.split(/[,;}\]]/, 1)];
}
