import { stat } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import PQueue from "p-queue";
import * as z from "zod";
import { caseCountsSchema, reportCaseSchema } from "../../../../schemas/plan/report.ts";
import { formatSchema } from "../../../../schemas/plan/suite.ts";
import { unreadableHint } from "../../../reports/unreadable.ts";
import { CoreError } from "../../../utils/core-error.ts";
import { describeError } from "../../../utils/describe-error.ts";
import { signalGroup } from "../../../utils/processes/signal.ts";
import type { Watchdog } from "../../recovery/watchdog.ts";
import { createRedactor } from "../../redaction/redact.ts";
import type { ReportReading } from "./read-files.ts";

/** Longer reports are read in a separate process, because a worker that watches others must not block. In bytes. */
const longReport = 2 ** 20;

/** The limits of that process, in megabytes and milliseconds: enough for a million tests. One runs at a time. */
const memory = 2_048;
const timeout = 300_000;
const queue = new PQueue({ concurrency: 1 });

/** What the process is started and ended with. `launch` starts this program. */
export interface Reader {
  launch: readonly string[];
  signal: AbortSignal;
  watchdog: Pick<Watchdog, "watch" | "release">;
}

const requestSchema = z.object({
  format: formatSchema,
  files: z.array(z.object({ name: z.string(), path: z.string() })).readonly(),
  exitCode: z.number(),
  secrets: z.array(z.string()).readonly(),
  root: z.string(),
});
type Request = z.infer<typeof requestSchema>;

const answerSchema = z.union([
  z.object({
    cases: z.array(reportCaseSchema),
    left_out: caseCountsSchema.optional(),
    details: z.string().optional(),
    oldest: z.object({ name: z.string(), ran_at: z.number() }).optional(),
  }),
  z.object({ unreadable: z.string() }),
]);
type Answer = z.infer<typeof answerSchema>;

/** Reads a report of any length in bounded memory. @throws CoreError `report_unreadable`; the signal's reason */
export async function readSafely(request: Request, reader: Reader): Promise<ReportReading> {
  const sizes = await Promise.all(request.files.map(({ path }) => stat(path)));
  const size = sizes.reduce((sum, each) => sum + each.size, 0);
  if (size <= longReport) return readHere(request);
  const answer = await queue.add(() => readInSubprocess(request, reader), { signal: reader.signal });
  if ("unreadable" in answer)
    throw new CoreError("report_unreadable", answer.unreadable, { hint: unreadableHint });
  return answer;
}

async function readHere({ format, files, exitCode, secrets, root }: Request): Promise<ReportReading> {
  // Loaded on first use, so that the first suite starts without it.
  const { readReportFiles } = await import("./read-files.ts");
  return readReportFiles(format, files, exitCode, { redactor: createRedactor(secrets), root });
}

/** The secrets are passed through a pipe, and never touch the disk. */
async function readInSubprocess(request: Request, { launch, signal, watchdog }: Reader): Promise<Answer> {
  const [program = process.execPath, ...args] = launch;
  const child = execa(program, [...args, "read-report"], {
    input: JSON.stringify(request),
    env: { NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --max-old-space-size=${memory}` },
    detached: true,
    cleanup: false,
    reject: false,
    timeout,
    killSignal: "SIGKILL",
    stderr: "ignore",
    maxBuffer: Number.POSITIVE_INFINITY,
  });
  const { pid } = child;
  const stop = () => void (pid !== undefined && signalGroup(pid, "SIGKILL"));
  signal.addEventListener("abort", stop, { once: true });
  if (pid !== undefined) watchdog.watch(pid);
  try {
    const { stdout, failed, timedOut } = await child;
    signal.throwIfAborted();
    if (timedOut) return { unreadable: `it takes more than ${timeout / 1000} s to read it` };
    if (failed) return { unreadable: `it takes more than ${memory} MB of memory to read it` };
    return answerSchema.parse(JSON.parse(stdout));
  } finally {
    signal.removeEventListener("abort", stop);
    if (pid !== undefined) watchdog.release(pid);
  }
}

/** Runs the separate process itself: reads the request from stdin, and prints the answer. */
export async function serveReadRequest(): Promise<void> {
  const request = requestSchema.parse(JSON.parse(await text(process.stdin)));
  const answer = await readHere(request).catch((error: unknown): Answer => {
    return { unreadable: describeError(error).message };
  });
  process.stdout.write(JSON.stringify(answer));
}
