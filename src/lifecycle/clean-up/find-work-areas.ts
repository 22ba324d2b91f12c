import { findRepository } from "../../git/repository.ts";
import { areasDirectory, findAreaUse, listAreas, removeArea } from "../../queue/work/area-record.ts";
import { measureFolder } from "../../utils/files/measure.ts";
import { countMinutesSince } from "../../utils/minutes.ts";
import type { FoundLeftover, SearchContext } from "./found-leftover.ts";

/** Finds the clones in which queue workers of this checkout ran suites, if no worker is using them. */
export async function findWorkAreas({ context }: SearchContext): Promise<FoundLeftover[]> {
  const repository = await findRepository(context.workspace);
  if (repository === undefined) return [];
  const areas = await listAreas(areasDirectory(context, repository), context.workspace);
  const found = areas.map(async (area): Promise<FoundLeftover[]> => {
    const use = await findAreaUse(area);
    if (use === "a worker uses it") return [];
    const what = {
      kind: "files" as const,
      name: area.directory,
      why: "the clone of a queue worker that has ended",
      age_minutes: countMinutesSince(area.made_at),
      bytes: await measureFolder(area.directory),
    };
    return [use === undefined ? { ...what, remove: () => removeArea(area) } : { ...what, left: use }];
  });
  return (await Promise.all(found)).flat();
}
