import type { Branch } from "../../../lakebase/resources.ts";
import { openScope, shareWithWorktree } from "../../../runs/cycle/reach.ts";
import type { CycleScope, CycleSpec } from "../../../runs/cycle/scope.ts";
import type { CodeCheck } from "../checks/prepare-code.ts";

/** Logs in to a branch, for commands that run there with the code being verified or promoted. */
export async function openOnBranch(
  spec: CycleSpec,
  branch: Branch,
  { commit, checkCode }: { commit: string; checkCode: CodeCheck },
): Promise<Omit<CycleScope, "ports">> {
  const code = await checkCode();
  const experiment = { ...spec.experiment, branch: branch.branch, branch_uid: branch.uid };
  return openScope(
    { ...spec, experiment },
    {
      ...{ branch, code },
      checkCode: async () => ({ code: await checkCode() }),
      secrets: await shareWithWorktree(spec, code),
      tree: { commit, dirty: false },
      // The result records it: the timeline's attempts belong to the experiment's own cycles.
      recordTrouble: async () => {},
    },
  );
}
