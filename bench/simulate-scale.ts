import { seededRandom } from "./support/random.ts";

/** What one organisation does in a day, and what one Lakebase project allows. Times are in minutes. */
const load = {
  experiments: 10_000,
  tags: 3,
  /** One suite, on average; exponentially distributed. */
  suiteMinutes: 5,
  /** How long an experiment's branch exists, from its creation to its closing. */
  branchMinutes: 24 * 60,
  /** The share of the experiments that start between 8:00 and 18:00. */
  inWorkingHours: 0.8,
};

const limits = { computes: 20, branches: 500 };

/** CLI calls of one suite on a worker: branch, endpoint, credential; and of one experiment: create, get, delete. */
const calls = { suite: 3, experiment: 3 };

export interface ScaleResult {
  projects: number;
  workers: number;
  /** Over all projects. */
  peakRunning: number;
  peakWaiting: number;
  /** Of a suite, from the moment that it could begin, in minutes. */
  waitP50: number;
  waitP95: number;
  /** The most branches that one project has at once. */
  peakBranches: number;
  isWithinBranches: boolean;
  /** In the busiest minute, over all projects. */
  callsPerSecond: number;
}

interface Job {
  project: number;
  /** How many suites of its experiment follow. */
  left: number;
  since: number;
}

/** Simulates two days with a simulated clock, and measures the second, which starts with the branches of the first. */
export function simulateScale(projects: number, workers: number, seed = 1): ScaleResult {
  const random = seededRandom(seed);
  const arrivals = [0, 1].flatMap((day) => drawArrivals(random, day * 24 * 60)).sort((a, b) => a - b);
  const running = new Array<number>(projects).fill(0);
  const waiting: Job[][] = Array.from({ length: projects }, () => []);
  const ends: { at: number; job: Job }[] = [];
  const waits: number[] = [];
  const callsByMinute = new Map<number, number>();
  let [busy, queued, peakRunning, peakWaiting] = [0, 0, 0, 0];
  const call = (at: number, count: number) => {
    const minute = Math.floor(at);
    callsByMinute.set(minute, (callsByMinute.get(minute) ?? 0) + count);
  };
  /** The suite that waits longest among the projects that have a compute to spare. */
  const takeOldest = () => {
    const open = waiting.filter(
      (line, project) => line.length > 0 && (running[project] ?? 0) < limits.computes,
    );
    return open.sort((one, other) => (one[0]?.since ?? 0) - (other[0]?.since ?? 0))[0]?.shift();
  };
  const start = (now: number) => {
    while (busy < workers) {
      const job = takeOldest();
      if (job === undefined) break;
      queued--;
      busy++;
      running[job.project] = (running[job.project] ?? 0) + 1;
      if (now >= 24 * 60) waits.push(now - job.since);
      call(now, calls.suite);
      insert(ends, { at: now - Math.log(1 - random()) * load.suiteMinutes, job });
    }
    peakRunning = Math.max(peakRunning, busy);
    peakWaiting = Math.max(peakWaiting, queued);
  };
  const enqueue = (job: Job) => {
    waiting[job.project]?.push(job);
    queued++;
  };
  let next = 0;
  while (next < arrivals.length || ends.length > 0) {
    const arrival = arrivals[next] ?? Number.POSITIVE_INFINITY;
    const end = ends.at(-1);
    if (end !== undefined && end.at <= arrival) {
      ends.pop();
      busy--;
      running[end.job.project] = (running[end.job.project] ?? 0) - 1;
      if (end.job.left > 0) enqueue({ ...end.job, left: end.job.left - 1, since: end.at });
      start(end.at);
    } else {
      enqueue({ project: next % projects, left: load.tags - 1, since: arrival });
      call(arrival, calls.experiment);
      next++;
      start(arrival);
    }
  }
  const sorted = waits.sort((a, b) => a - b);
  const quantile = (part: number) => sorted[Math.floor(part * sorted.length)] ?? 0;
  const peakBranches = Math.ceil(countMostOpen(arrivals) / projects);
  return {
    ...{ projects, workers, peakRunning, peakWaiting, peakBranches },
    ...{ waitP50: quantile(0.5), waitP95: quantile(0.95) },
    isWithinBranches: peakBranches <= limits.branches,
    callsPerSecond: Math.max(...callsByMinute.values()) / 60,
  };
}

function drawArrivals(random: () => number, from: number): number[] {
  return Array.from({ length: load.experiments }, () => {
    if (random() < load.inWorkingHours) return from + 8 * 60 + random() * 10 * 60;
    const other = random() * 14 * 60;
    return from + (other < 8 * 60 ? other : other + 10 * 60);
  });
}

/** Latest first, so that the next one is the last. */
function insert(ends: { at: number; job: Job }[], end: { at: number; job: Job }): void {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle]?.at ?? 0) > end.at) low = middle + 1;
    else high = middle;
  }
  ends.splice(low, 0, end);
}

/** The most branches that are there at once. */
function countMostOpen(arrivals: readonly number[]): number {
  let [first, most] = [0, 0];
  arrivals.forEach((now, index) => {
    while ((arrivals[first] ?? now) <= now - load.branchMinutes) first++;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

const cases = [
  [8, 400],
  [12, 400],
  [24, 150],
  [24, 250],
  [24, 400],
] as const;

/** The table of `docs/scale.md`. */
export function renderScale(): string {
  const rows = cases.map(([projects, workers]) => {
    const { peakRunning, peakWaiting, waitP50, waitP95, ...rest } = simulateScale(projects, workers);
    const branches = `${rest.peakBranches}${rest.isWithinBranches ? "" : " (too many)"}`;
    const wait = `${waitP50.toFixed(1)} / ${waitP95.toFixed(1)}`;
    return [projects, workers, peakRunning, peakWaiting, wait, branches, rest.callsPerSecond.toFixed(1)];
  });
  const head = [
    ...["projects", "suites at once on all workers", "most running", "most waiting"],
    ...["wait, median / 95 % (min)", "branches in a project", "API calls/s"],
  ];
  const lines = [head, head.map(() => "---:"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${lines.join("\n")}\n`;
}
