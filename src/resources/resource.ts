import { listFeatureIds } from "../experiments/list-refs.ts";

/** The values of a template's variables, by name. */
export type Variables = Readonly<Record<string, string>>;

/** What was read: text, or bytes if it is not text. */
type Content = { media_type: string } & ({ text: string } | { bytes: Buffer });

export type ResourceName =
  | "plan-schema"
  | "plan"
  | "comparison-markdown"
  | "comparison-page"
  | "run"
  | "artifact";

/** Something that can be read by its URI. */
export interface Resource {
  name: ResourceName;
  title: string;
  description: string;
  media_type: string;
  /** A URI template (RFC 6570); without variables if there is only one such resource. */
  template: string;
  /** Lists the variables of the resources worth listing, in order. Others can still be read. */
  list: (workspace: string) => Promise<Variables[]>;
  /** Completions by variable: the existing values, given the other variables so far. */
  complete: Readonly<Record<string, (workspace: string, given: Variables) => Promise<string[]>>>;
  /** @throws CoreError for names that are invalid or do not exist */
  read: (workspace: string, variables: Variables) => Promise<Content>;
  /**
   * Lists the files on which the resource depends: absolute paths, which need not exist.
   * @throws CoreError for invalid names
   */
  findFiles: (workspace: string, variables: Variables) => Promise<string[]>;
}

/** Lists the features that have a plan or experiments, sorted. */
export async function listFeatures(workspace: string): Promise<string[]> {
  const [planned, begun] = await Promise.all([
    listFeatureIds(workspace, "features"),
    listFeatureIds(workspace, "experiments"),
  ]);
  return [...new Set([...planned, ...begun])].sort();
}

/** Returns a variable of the template, or an empty name, which is always invalid. */
export function take(variables: Variables, name: string): string {
  return variables[name] ?? "";
}
