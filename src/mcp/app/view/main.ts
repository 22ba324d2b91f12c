import { field, textField } from "./field.ts";
import { Host } from "./host.ts";
import { showPage, showText } from "./show.ts";

/** How often an unfinished run is reloaded, in milliseconds. */
const interval = 2_000;

/** The feature that is shown, until another one replaces it or the page is closed. */
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

/** The page appears before the tool's answer: during a wait, it shows the run's progress. */
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

/** Shows a feature's comparison, reloading it until its run ends. @returns whether there is a comparison to show */
async function follow(feature_id: string): Promise<boolean> {
  current = feature_id;
  try {
    const page = await read(`lakebase://features/${encodeURIComponent(feature_id)}/comparison.html`);
    if (current === feature_id && showPage(page)) reloadLater(feature_id);
    return true;
  } catch {
    return false;
  }
}

/** What cannot be read now may be readable next time. */
function reloadLater(feature_id: string): void {
  window.clearTimeout(timer);
  timer = window.setTimeout(async () => {
    if (current === feature_id && !(await follow(feature_id))) reloadLater(feature_id);
  }, interval);
}

/** @throws Error if the host cannot read resources, or the server has no such resource */
async function read(uri: string): Promise<string> {
  const result = await host.request("resources/read", { uri });
  return textField(result, "contents", "0", "text") ?? "";
}

/** Adopts the host's color scheme and fonts. */
function adapt(context: unknown): void {
  const root = document.documentElement.style;
  const theme = textField(context, "theme");
  if (theme === "light" || theme === "dark") root.colorScheme = theme;
  for (const name of ["--font-sans", "--font-mono"]) {
    const font = textField(context, "styles", "variables", name);
    if (font !== undefined) root.setProperty(name, font);
  }
}

/** Tells the host how much space the page takes. */
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
