/** What a TAP stream says about how many points it has, in its order. */
export type TapMark =
  | { kind: "version" }
  | { kind: "plan"; start: number; end: number }
  | { kind: "point"; id: number };

interface TapDocument {
  plan?: { start: number; size: number; isTrailing: boolean };
  points: number;
}

/**
 * What is wrong with the plans of a stream, which may hold several documents one after the other, as `cat` or a
 * client that runs several scripts leaves them. A document ends where a version line, a second plan, or a point after
 * its plan begins the next. Ids are not checked: node:test numbers some of its points anew.
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
  // After a plan that came first, a point beyond it is a fault, but one that counts from the start again is the next.
  return plan !== undefined && (plan.isTrailing || (points === plan.size && mark.id === plan.start));
}
