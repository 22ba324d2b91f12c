import { BaseSequencer, type TestSpecification } from "vitest/node";

/** The files that take longest, so that none of them is begun last and runs on alone. */
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

/** Begins the slowest files first, the others as vitest does. */
export default class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = slowest.findIndex((name) => moduleId.includes(`/${name}`));
      return found === -1 ? slowest.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
