import { join } from "node:path";
import type { BundleTag } from "../../schemas/bundle.ts";
import type { Plan } from "../../schemas/plan/plan.ts";
import { type CasesFile, casesFileSchema, type SuiteRound } from "../../schemas/plan/report.ts";
import type { CommandSuite, Suite } from "../../schemas/plan/suite.ts";
import { casesName } from "../experiments/layout.ts";
import { createRedactor } from "../runs/redaction/redact.ts";
import { judgeSuite, type SuiteVerdict, withEvidence } from "../runs/suite/evidence.ts";
import { combineRepeats } from "../runs/suite/repeats.ts";
import type { Reader } from "../runs/suite/report/read-in-subprocess.ts";
import { ignoreCoreError } from "../utils/core-error.ts";
import { readRecord } from "../utils/files/json.ts";
import type { Bundle } from "./read-bundle.ts";
import { damaged, unfit } from "./refusal.ts";

/** A tag of a bundle, as its own reports show it. */
export interface RecountedTag {
  tag: string;
  verdict: SuiteVerdict;
  /** The artifact of the cycle with the details. */
  details: string | undefined;
}

/**
 * Reads the reports of a bundle again, as this workspace's plan describes them, and checks its counts against them.
 * @param reader reads long reports in a separate process
 * @throws CoreError `bundle_changed`, `bundle_unreadable`; the signal's reason
 */
export async function recountBundle(
  bundle: Bundle,
  { suites }: Pick<Plan, "suites">,
  reader: Omit<Reader, "watchdog">,
): Promise<RecountedTag[]> {
  const recounted: RecountedTag[] = [];
  for (const [tag, claim] of Object.entries(bundle.manifest.by_tag)) {
    const suite = suites[tag];
    if (suite === undefined) continue;
    const file = await readCasesFile(bundle, tag);
    const verdict = await recountTag(bundle, { tag, suite, claim, file }, reader);
    recounted.push({ tag, verdict, details: file?.details });
  }
  return recounted;
}

async function readCasesFile({ manifest, directory }: Bundle, tag: string): Promise<CasesFile | undefined> {
  const name = casesName(tag);
  if (!manifest.files.some((file) => file.name === name)) return undefined;
  const file = await readRecord(join(directory, name), casesFileSchema).catch(ignoreCoreError);
  if (file?.tag !== tag) throw damaged(`its ${name} is no list of the tests of ${tag}`);
  return file;
}

interface Claimed {
  tag: string;
  suite: Suite;
  claim: BundleTag;
  file: CasesFile | undefined;
}

async function recountTag(
  bundle: Bundle,
  { tag, suite, claim, file }: Claimed,
  reader: Omit<Reader, "watchdog">,
): Promise<SuiteVerdict> {
  const shown = await readAgain(bundle, { tag, suite, claim, file }, reader);
  // The reason for which a suite was not measured may not show in its report: it took too long, or ran foreign tests.
  if (claim.state === "no_evidence")
    return { cases: shown.cases, state: "no_evidence", reason: claim.reason ?? "no reason was recorded" };
  if (shown.state === "no_evidence") throw changed(tag, `shows no counts: ${shown.reason}`);
  const { outcome, flaky } = shown;
  if (outcome.passed !== claim.outcome?.passed || outcome.failed !== claim.outcome.failed)
    throw changed(tag, `shows ${outcome.passed} passed and ${outcome.failed} failed`);
  if (flaky !== (claim.flaky ?? 0)) throw changed(tag, `shows ${flaky} flaky`);
  return shown;
}

function changed(tag: string, what: string) {
  const message = `The bundle's own report of ${tag} ${what}. That is not what it claims.`;
  return unfit("bundle_changed", message, "Run the suite again, and import what that run writes unchanged.");
}

async function readAgain(
  bundle: Bundle,
  { tag, suite, file }: Claimed,
  reader: Omit<Reader, "watchdog">,
): Promise<SuiteVerdict> {
  // The report of a ready suite is the list of its tests.
  if ("builtin" in suite)
    return file === undefined ? withoutReport : { ...withEvidence(file), details: file.details };
  const rounds = file?.rounds ?? [];
  if (rounds.length !== bundle.manifest.repeat) return withoutReport;
  const verdicts: SuiteVerdict[] = [];
  for (const round of rounds) {
    const folder = verdicts.length === 0 ? tag : `${tag}/repeat-${verdicts.length + 1}`;
    verdicts.push(await judgeRound(bundle, { tag, suite, round, folder }, reader));
  }
  return { ...combineRepeats(verdicts, bundle.manifest.repeat), rounds };
}

const withoutReport: SuiteVerdict = { state: "no_evidence", reason: "it is not all there", cases: [] };

function judgeRound(
  { manifest, directory }: Bundle,
  { tag, suite, round, folder }: { tag: string; suite: CommandSuite; round: SuiteRound; folder: string },
  reader: Omit<Reader, "watchdog">,
): Promise<SuiteVerdict> {
  const there = new Set(manifest.files.map(({ name }) => name));
  const names = [...new Set(round.report)];
  const missing = names.find((name) => !there.has(name) || !name.startsWith(`${folder}/`));
  const root = { directory: join(directory, folder), name: "the bundle" };
  const files = names.map((name) => ({
    name: name.slice(folder.length + 1),
    path: join(directory, name),
    root,
  }));
  return judgeSuite({
    tag,
    suite,
    end: { exitCode: round.exit_code, stoppedBy: round.stopped_by, startedAt: 0, durationMs: 0 },
    report: missing !== undefined || files.length === 0 ? { flaw: "is missing" } : { files },
    codeDirectory: manifest.code_directory,
    redactor: createRedactor([]),
    reader: { ...reader, watchdog: { watch: () => {}, release: () => {} } },
  });
}
