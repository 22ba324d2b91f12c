import { field, textField } from "./field.ts";
import { Host } from "./host.ts";
import { showPage, showText } from "./show.ts";

/** In milliseconds, between two looks at a run that goes on. */
const interval = 2_000;

/** What is shown; another thing to show, and the end, take its place. */
let current: string | undefined;
let timer: number | undefined;

const host = new Host(
  {
    "ui/notifications/tool-input": (params) => void showInput(field(params, "arguments")),
    "ui/notifications/tool-result": (params) => void showResult(params),
    "ui/notifications/host-context-changed": adapt,
  },
  {
    ping: () => {},
    "ui/resource-teardown": () => {
      current = undefined;
    },
  },
);

/** The page is there before the answer: during a wait it shows how the run goes on. */
async function showInput(input: unknown): Promise<void> {
  const run_id = textField(input, "run_id");
  const feature_id = textField(input, "feature_id") ?? (run_id && (await findFeature(run_id)));
  if (feature_id) await follow(feature_id);
}

async function showResult(result: unknown): Promise<void> {
  const answer = field(result, "structuredContent");
  const feature_id = textField(answer, "feature_id");
  if (feature_id === undefined) return;
  const isShown = await follow(feature_id);
  const verdict = [textField(answer, "recommendation"), textField(answer, "rationale")];
  if (!isShown) showText(...verdict.filter((line) => line !== undefined));
}

async function findFeature(run_id: string): Promise<string | undefined> {
  try {
    const run: unknown = JSON.parse(await read(`lakebase://runs/${encodeURIComponent(run_id)}.json`));
    return textField(run, "feature_id");
  } catch {
    return undefined;
  }
}

/**
 * Shows a feature's comparison, and again as long as a run goes on.
 * @returns whether there is one to show
 */
async function follow(feature_id: string): Promise<boolean> {
  current = feature_id;
  try {
    const page = await read(`lakebase://features/${encodeURIComponent(feature_id)}/comparison.html`);
    if (current === feature_id && showPage(page)) lookAgain(feature_id);
    return true;
  } catch {
    return false;
  }
}

/** What cannot be read now may be at the next look. */
function lookAgain(feature_id: string): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(async () => {
    if (current === feature_id && !(await follow(feature_id))) lookAgain(feature_id);
  }, interval);
}

/** @throws Error where the host reads no resources, or the server has no such one */
async function read(uri: string): Promise<string> {
  const result = await host.request("resources/read", { uri });
  return textField(result, "contents", "0", "text") ?? "";
}

/** Light or dark, and the fonts, as the host has them. */
function adapt(context: unknown): void {
  const root = document.documentElement.style;
  const theme = textField(context, "theme");
  if (theme === "light" || theme === "dark") root.colorScheme = theme;
  for (const name of ["--font-sans", "--font-mono"]) {
    const font = textField(context, "styles", "variables", name);
    if (font !== undefined) root.setProperty(name, font);
  }
}

/** Tells the host how much room the page takes. */
function tellSize(): void {
  const { width, height } = document.documentElement.getBoundingClientRect();
  host.notify("ui/notifications/size-changed", { width: Math.ceil(width), height: Math.ceil(height) });
}

async function main(): Promise<void> {
  const initialized = await host.request("ui/initialize", {
    protocolVersion: "2026-01-26",
    appInfo: { name: "lakebase-experiments", version: "1" },
    appCapabilities: { availableDisplayModes: ["inline", "fullscreen"] },
  });
  adapt(field(initialized, "hostContext"));
  host.notify("ui/notifications/initialized");
  new ResizeObserver(tellSize).observe(document.documentElement);
}

void main();
