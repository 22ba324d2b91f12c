import type { Folder } from "./folder.ts";

/** The port on which a browser suite expects the project's server, whatever PORT is. */
export interface FixedPort {
  port: number;
  /** The file that names it. */
  source: string;
}

const config = /(^|\/)(playwright\.config\.[cm]?[jt]s|cypress\.config\.[cm]?[jt]s|cypress\.json)$/;

const literal =
  /https?:\/\/(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]):(\d+)|\bport["']?\s*[:=]\s*(\d{2,5})\b/i;

/** Finds a fixed port in the settings of Playwright or Cypress; undefined if they read it from PORT, or have none. */
export async function findFixedPort(folder: Folder): Promise<FixedPort | undefined> {
  for (const source of folder.files.filter((file) => config.test(file))) {
    const text = (await folder.read(source)) ?? "";
    const [, inUrl, alone] = literal.exec(text) ?? [];
    const port = Number(inUrl ?? alone);
    if (port > 0 && !/\benv\b.{0,4}\bPORT\b/.test(text)) return { port, source };
  }
  return undefined;
}
