/** What a TAP stream says about its number of points, in order. */
export type TapMark =
  | { kind: "version" }
  | { kind: "plan"; start: number; end: number }
  | { kind: "point"; id: number };

interface TapDocument {
  plan?: { start: number; size: number; isTrailing: boolean };
  points: number;
}

/**
 * Checks the plans of a stream, which may contain several documents in sequence, as written by `cat` or by a client
 * that runs several scripts. A new document starts at a version line, at a second plan, or at a point after a complete
 * plan. Ids are not checked: node:test restarts the numbering of some points.
 */
export function checkPlans(marks: readonly TapMark[]): string[] {
  const documents = splitDocuments(marks);
  return documents.flatMap(({ plan, points }) => {
    if (plan !== undefined) {
      return plan.size === points ? [] : [`It planned ${plan.size} test points but has ${points}.`];
    }
    if (points > 0) return ["It has no plan: it may be truncated."];
    return documents.length > 1 ? ["It has neither a plan nor a test point: it may be truncated."] : [];
  });
}

function splitDocuments(marks: readonly TapMark[]): TapDocument[] {
  const documents: TapDocument[] = [];
  let current: TapDocument | undefined;
  for (const mark of marks) {
    if (current === undefined || beginsDocument(mark, current)) {
      current = { points: 0 };
      documents.push(current);
    }
    if (mark.kind === "point") current.points += 1;
    if (mark.kind === "plan") {
      const size = Math.max(0, mark.end - mark.start + 1);
      current.plan = { start: mark.start, size, isTrailing: current.points > 0 || size === 0 };
    }
  }
  return documents;
}

function beginsDocument(mark: TapMark, { plan, points }: TapDocument): boolean {
  if (mark.kind === "version") return plan !== undefined || points > 0;
  if (mark.kind === "plan") return plan !== undefined;
  // A point beyond a leading plan is an error, unless its number starts over, which begins a new document.
  return plan !== undefined && (plan.isTrailing || (points === plan.size && mark.id === plan.start));
}
