import { listFeatureIds } from "../experiments/list-refs.ts";

/** The values of a template's variables, by name. */
export type Variables = Readonly<Record<string, string>>;

/** What is read: text, or bytes where it is none. */
type Content = { media_type: string } & ({ text: string } | { bytes: Buffer });

export type ResourceName =
  | "plan-schema"
  | "plan"
  | "comparison-markdown"
  | "comparison-page"
  | "run"
  | "artifact";

/** Something that can be read by an address. */
export interface Resource {
  name: ResourceName;
  title: string;
  description: string;
  media_type: string;
  /** A URI template as RFC 6570 has it; without variables where there is only one. */
  template: string;
  /** The variables of those that are worth listing, in order. Others can be read all the same. */
  list: (workspace: string) => Promise<Variables[]>;
  /** By variable: the values that there are, given those of the other variables so far. */
  complete: Readonly<Record<string, (workspace: string, given: Variables) => Promise<string[]>>>;
  /** @throws CoreError for names that are not valid, or not there */
  read: (workspace: string, variables: Variables) => Promise<Content>;
  /** The files whose change changes it: absolute paths, which need not exist. @throws CoreError for names that are not valid */
  findFiles: (workspace: string, variables: Variables) => Promise<string[]>;
}

/** The features that have a plan or experiments, sorted. */
export async function listFeatures(workspace: string): Promise<string[]> {
  const [planned, begun] = await Promise.all([
    listFeatureIds(workspace, "features"),
    listFeatureIds(workspace, "experiments"),
  ]);
  return [...new Set([...planned, ...begun])].sort();
}

/** A variable that the template has, or the empty name, which is valid nowhere. */
export function take(variables: Variables, name: string): string {
  return variables[name] ?? "";
}
