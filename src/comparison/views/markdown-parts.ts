import { onOneLine } from "../../utils/text/printable.ts";

/** A comment on GitHub takes 65,536 characters. There are eight sections at most, and no long one crowds out others. */
const maxSection = 7_000;
/** A name or a failure is cut here: enough to know it by. */
const maxText = 200;

/** A titled list of lines, as many as there is room for; nothing where there are none. */
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
        ...(rest > 0 ? [`${rest} more are not shown here; the page (\`--format html\`) has them.`] : []),
      ];
}

/** The same as a table. Columns whose title ends in `:` hold numbers. */
export function tableSection(title: string, columns: string[], lines: string[][]): string[] {
  const row = (cells: string[]) => `| ${cells.join(" | ")} |`;
  const head = columns.map((column) => column.replace(/:$/, ""));
  const rule = columns.map((column) => (column.endsWith(":") ? "---:" : "---"));
  return section(title, lines.map(row), [row(head), row(rule)]);
}

export function bold(text: string): string {
  return `**${plain(text) || "(no name)"}**`;
}

/** What begins markup, as the group; else what begins a formula, a mention, a reference, an address or an emoji. */
const special =
  /([&<\\`*[\]|~]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}]))|\$|@|#(?=\w)|\bGH-(?=\d)|:(?=\/\/|[\w+-]+:)|\bwww(?=\.)/giu;

/**
 * Text of a record on one line, never markup, a link, a mention or a formula. GitHub looks for mentions and the like
 * after it has resolved character references, so that only a space of no width keeps them apart.
 */
export function plain(text: string, most = maxText): string {
  return onOneLine(text, most).replace(special, (sign: string, markup: string | undefined) => {
    if (markup !== undefined) return `&#${markup.charCodeAt(0)};`;
    return sign === "$" ? "<span>$</span>" : `${sign}&#8203;`;
  });
}
