/** In characters. Longer cells make a table unreadable, so its rows become lists. */
const longestCell = 60;

/** Deeper structures, such as the example of a plan, are meant to be copied, and stay JSON. */
const deepest = 3;

/**
 * Writes the data of an answer as text that is easy for people and models to read: one line per field, and a table for
 * a list of similar objects.
 */
export function writeOutline(data: object): string {
  return writeFields(data).join("\n");
}

function writeFields(data: object): string[] {
  const fields = Object.entries(data).filter(([, value]) => value !== undefined);
  return fields.flatMap(([name, value]) => writeField(name, value));
}

function writeField(name: string, value: unknown): string[] {
  if (isShort(value)) return [`${name}: ${writeShort(value)}`];
  if (measureDepth(value) > deepest) return [`${name}: ${JSON.stringify(value)}`];
  if (typeof value === "string") return [`${name}:`, value];
  if (Array.isArray(value)) return [`${name}:`, ...writeList(value)];
  return isRecord(value) ? [`${name}:`, ...writeFields(value).map(indent)] : [`${name}: ${String(value)}`];
}

function writeList(items: unknown[]): string[] {
  const rows = items.filter(isRecord);
  if (rows.length < items.length)
    return items.map((item) => `- ${isShort(item) ? writeShort(item) : JSON.stringify(item)}`);
  const columns = [
    ...new Set(rows.flatMap((row) => Object.keys(row).filter((name) => row[name] !== undefined))),
  ];
  const cells = rows.map((row) => columns.map((column) => writeCell(row[column])));
  if (rows.length > 1 && cells.flat().every((cell) => cell !== undefined && cell.length <= longestCell))
    return [columns, columns.map(() => "---"), ...cells].map((line) => `| ${line.join(" | ")} |`);
  return rows.flatMap((row) =>
    writeFields(row).map((line, index) => (index === 0 ? `- ${line}` : indent(line))),
  );
}

/** Returns undefined for a value that does not fit into a table. */
function writeCell(value: unknown): string | undefined {
  if (value === undefined) return "";
  return isShort(value) ? writeShort(value).replaceAll("|", "\\|") : undefined;
}

/** Whether a value fits on one line. */
function isShort(value: unknown): boolean {
  if (typeof value === "string") return !/[\r\n]/.test(value);
  if (Array.isArray(value)) return value.every((item) => isInline(item));
  return isRecord(value) ? Object.values(value).every((inner) => isInline(inner)) : true;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isInline = (value: unknown) =>
  typeof value === "string"
    ? value.length <= longestCell && !/[\r\n,]/.test(value)
    : typeof value !== "object";

function writeShort(value: unknown): string {
  if (value === null) return "none";
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.join(", ");
  if (!isRecord(value)) return String(value);
  const known = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const fields = known.map(([name, inner]) => `${name} ${inner === null ? "none" : String(inner)}`);
  return fields.length === 0 ? "none" : fields.join(", ");
}

/** Measures how deeply objects are nested; lists do not count. */
function measureDepth(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const own = Array.isArray(value) ? 0 : 1;
  return own + Math.max(0, ...Object.values(value).map(measureDepth));
}

function indent(line: string): string {
  return line
    .split("\n")
    .map((part) => `  ${part}`)
    .join("\n");
}
