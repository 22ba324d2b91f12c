import { onOneLine } from "../../utils/text/printable.ts";

/**
 * A GitHub comment holds 65,536 characters. There are at most eight sections, and this keeps a long one from crowding
 * out others.
 */
const maxSection = 7_000;
/** Names and failures are cut at this length, which is enough to recognize them. */
const maxText = 200;

/** Renders a titled list with as many lines as there is room for; nothing if there are none. */
export function section(title: string, lines: string[], head: string[] = []): string[] {
  let size = 0;
  const kept = lines.filter((line) => {
    size += line.length + 1;
    return size <= maxSection;
  });
  const rest = lines.length - kept.length;
  return lines.length === 0
    ? []
    : [
        `## ${title}`,
        [...head, ...kept].join("\n"),
        ...(rest > 0
          ? [
              `${rest} more ${rest === 1 ? "is" : "are"} not shown here; the page (\`--format html\`) has all of them.`,
            ]
          : []),
      ];
}

/** Renders a titled table. Columns whose title ends in `:` hold numbers. */
export function tableSection(title: string, columns: string[], lines: string[][]): string[] {
  const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const head = columns.map((column) => column.replace(/:$/, ""));
  const rule = columns.map((column) => (column.endsWith(":") ? "---:" : "---"));
  return section(title, lines.map(row), [row(head), row(rule)]);
}

export function bold(text: string): string {
  return `**${plain(text) || "(no name)"}**`;
}

/** Matches what starts markup (the group), or else a formula, a mention, a reference, a URL or an emoji. */
const special =
  /([&<\\`*[\]|~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}]))|\$|@|#(?=\w)|\bGH-(?=\d)|:(?=\/\/|[\w+-]+:)|\bwww(?=\.)/giu;

/**
 * Renders text from a record on one line, never as markup, a link, a mention or a formula. GitHub looks for mentions
 * and references after it has resolved character references, so only a zero-width space prevents them.
 */
export function plain(text: string, most = maxText): string {
  return onOneLine(text, most).replace(special, (sign: string, markup: string | undefined) => {
    if (markup !== undefined) return `&#${markup.charCodeAt(0)};`;
    return sign === "$" ? "<span>$</span>" : `${sign}&#8203;`;
  });
}
