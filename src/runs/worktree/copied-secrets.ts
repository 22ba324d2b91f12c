import { join } from "node:path";
import { readIfPresent } from "../../utils/files/files.ts";

const secretName = /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY/i;
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

/** Finds the values of lines such as `API_KEY=…`, `export TOKEN="…"` or `password: …`, and the passwords in URLs. */
export function findSecrets(text: string): string[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name = "", rest = ""] =
      /^\s*(?:export\s+)?["']?([\w.-]+)["']?\s*[=:]\s*(.*?),?\s*$/.exec(line) ?? [];
    const value = /^(["'])(.*)\1$/.exec(rest)?.[2] ?? rest.replace(/\s+#.*$/, "");
    const login = secretUrl.exec(value)?.[1];
    const found = [...(secretName.test(name) ? [value] : []), ...(login === undefined ? [] : [value, login])];
    return found.filter((each) => each.length >= shortestWord || !/^[A-Za-z]*$/.test(each));
  });
}
