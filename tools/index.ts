import { cancelRunTool } from "./cancel_run.ts";
import { checkSetupTool } from "./check_setup.ts";
import { cleanUpTool } from "./clean_up.ts";
import { closeExperimentsTool } from "./close_experiments.ts";
import { compareExperimentsTool } from "./compare_experiments.ts";
import { createBranchTool } from "./create_branch.ts";
import { createExperimentsTool } from "./create_experiments.ts";
import { createPlanTool } from "./create_plan.ts";
import { deleteBranchTool } from "./delete_branch.ts";
import { diffSchemaTool } from "./diff_schema.ts";
import { getStatusTool } from "./get_status.ts";
import { listArtifactsTool } from "./list_artifacts.ts";
import { listBranchesTool } from "./list_branches.ts";
import { promoteExperimentTool } from "./promote_experiment.ts";
import { readArtifactTool } from "./read_artifact.ts";
import { recordOutcomesTool } from "./record_outcomes.ts";
import { runExperimentsTool } from "./run_experiments.ts";
import type { AnyTool } from "./support/define-tool.ts";
import { waitForRunTool } from "./wait_for_run.ts";
import { writeArtifactTool } from "./write_artifact.ts";

/** All tools by group, in the order in which a user needs them. A session may be offered only some groups. */
export const toolGroups = {
  setup: [checkSetupTool, createPlanTool, getStatusTool],
  branches: [createBranchTool, listBranchesTool, deleteBranchTool, diffSchemaTool],
  experiments: [createExperimentsTool],
  runs: [runExperimentsTool, waitForRunTool, cancelRunTool, recordOutcomesTool],
  artifacts: [writeArtifactTool, listArtifactsTool, readArtifactTool],
  comparison: [compareExperimentsTool],
  finish: [promoteExperimentTool, closeExperimentsTool, cleanUpTool],
};

export const tools: readonly AnyTool[] = Object.values(toolGroups).flat();
