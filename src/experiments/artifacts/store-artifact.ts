import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import type { ArtifactEntry } from "../../../schemas/artifact.ts";
import { CoreError } from "../../utils/core-error.ts";
import { maskLogins } from "../../utils/text/mask-logins.ts";
import { getExperiment } from "../experiments.ts";
import { artifactPath, casesName, type ExperimentRef, metricsName, schemaDifferenceName } from "../layout.ts";
import { checkCycle } from "../timeline/list-cycles.ts";
import { copyArtifact, writeArtifact } from "./artifacts.ts";

export interface ArtifactInput extends ExperimentRef {
  cycle_id: string;
  name: string;
  /** Either this or `source_path`. */
  content?: string | undefined;
  /** A file in the workspace: absolute, or relative to the workspace. */
  source_path?: string | undefined;
  /** The encoding of `content`. Default utf8. */
  encoding?: "utf8" | "base64" | undefined;
}

/**
 * Stores what an agent passes as an artifact of an experiment. Text that looks like a login is masked.
 * @throws CoreError `unknown_experiment`, `invalid_input`, `unknown_cycle`, `invalid_name`, `source_unreadable`;
 * `artifact_of_run` for a name that a comparison would attribute to a run
 */
export async function storeArtifact(input: ArtifactInput): Promise<ArtifactEntry> {
  const { workspace, cycle_id, name, content, source_path, encoding = "utf8" } = input;
  const experiment = await getExperiment(input);
  await checkCycle(experiment, cycle_id);
  if (isOfRun(experiment, cycle_id, name)) {
    throw new CoreError(
      "artifact_of_run",
      `The name ${name} is reserved for files that the run leaves in cycle ${cycle_id}.`,
      {
        hint: "Use another name, such as notes/your-file.",
      },
    );
  }
  if (source_path !== undefined && content === undefined) {
    return copyArtifact(experiment, cycle_id, name, await resolveInWorkspace(workspace, source_path));
  }
  if (content === undefined || source_path !== undefined) {
    throw new CoreError("invalid_input", "Pass either content or source_path.", {
      hint: "Use content for text, source_path for a file.",
    });
  }
  return writeArtifact(experiment, cycle_id, name, decode(content, encoding));
}

/** Only runs write evidence: nobody else may write these files, nor add to the folder of a counted tag. */
function isOfRun(ref: ExperimentRef, cycleId: string, name: string): boolean {
  const [tag = "", ...rest] = name.split("/");
  if (rest.length === 0) return name === schemaDifferenceName || name.endsWith(casesName(""));
  return rest.at(-1) === metricsName || existsSync(artifactPath(ref, cycleId, casesName(tag)));
}

function decode(content: string, encoding: "utf8" | "base64"): Buffer {
  if (encoding === "base64" && !/^[A-Za-z0-9+/\s]*={0,2}$/.test(content.trimEnd())) {
    throw new CoreError("invalid_input", "content is not base64.", {
      hint: "Encode it, or omit encoding.",
    });
  }
  return encoding === "base64" ? Buffer.from(content, encoding) : Buffer.from(maskLogins(content));
}

/** Records must not become a way to read files outside the project. */
async function resolveInWorkspace(workspace: string, path: string): Promise<string> {
  const root = await realpath(workspace);
  const source = await realpath(resolve(root, path)).catch((cause: unknown) => {
    throw new CoreError("source_unreadable", `${path} was not found.`, {
      hint: "Pass the path of an existing file.",
      cause,
    });
  });
  if (relative(root, source).split(sep)[0] !== "..") return source;
  throw new CoreError("invalid_input", `${path} is outside the workspace ${root}.`, {
    hint: "Copy the file into the workspace first, or pass its content.",
  });
}
