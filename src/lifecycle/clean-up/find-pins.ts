import { nameExperiment, stateDirectory } from "../../experiments/layout.ts";
import { isPreserved } from "../../git/is-preserved.ts";
import { listPins, type Pin, removePin } from "../promote/steps/pin.ts";
import { isKnown, readWorkspaceRecords, type WorkspaceRecords } from "../workspace-records.ts";
import { changedMeanwhile, type FoundLeftover, type SearchContext } from "./found-leftover.ts";

/** Finds refs by which verifications keep their merges, for experiments that no longer exist. */
export async function findPins({ context: { workspace }, records }: SearchContext): Promise<FoundLeftover[]> {
  const pins = (await listPins(workspace)).filter((pin) => !isKnown(records, pin));
  return Promise.all(pins.map((pin) => judge(workspace, records, pin)));
}

async function judge(workspace: string, records: WorkspaceRecords, pin: Pin): Promise<FoundLeftover> {
  const name = nameExperiment(pin);
  const what = { kind: "pin" as const, name: pin.ref, why: `keeps what a verification of ${name} merged` };
  if (!isOurs(records, pin))
    return {
      ...what,
      left: "no record of this workspace shows whose it is: other checkouts have pins too",
    };
  if (!(await isPreserved(workspace, pin.commit, stateDirectory(workspace))))
    return { ...what, left: `its commit ${pin.commit.slice(0, 12)} is on no git branch` };
  const remove = async () => {
    if (isKnown(await readWorkspaceRecords(workspace), pin)) throw changedMeanwhile(pin.ref);
    await removePin(workspace, pin);
  };
  return { ...what, remove };
}

/** Whether the experiment was closed here and one of its verifications merged exactly that commit. */
function isOurs({ promotions, closed }: WorkspaceRecords, pin: Pin): boolean {
  const isClosed = closed.some((each) => nameExperiment(each) === nameExperiment(pin));
  return (
    isClosed &&
    promotions.some(
      ({ ref, verification, promotion }) =>
        nameExperiment(ref) === nameExperiment(pin) &&
        [verification?.code, promotion?.verified.code].some((code) => code?.merge_commit === pin.commit),
    )
  );
}
