import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The slowest files, so that none of them starts last and runs alone. */
const slowest = [
  "trials/scripts",
  "projects",
  "surface.",
  "demo",
  "soak",
  "cli/cli",
  "tools/worktree",
  "lakebase/live",
  "shared-project",
  "clients/clients",
  "database/risks",
  "views/page",
  "close/refused",
  "runs/",
];

/** Starts the slowest files first, and the others in vitest's order. */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = slowest.findIndex((name) => moduleId.includes(`/${name}`));
      return found === -1 ? slowest.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
