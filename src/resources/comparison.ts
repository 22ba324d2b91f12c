import { allDetails, compareExperiments } from "../comparison/compare.ts";
import { renderMarkdown } from "../comparison/views/markdown.ts";
import { buildPage } from "../comparison/views/page/write-page.ts";
import { experimentPaths, experimentsDirectory, planPath } from "../experiments/layout.ts";
import { listRefs } from "../experiments/list-refs.ts";
import { readActiveRuns } from "../runs/caller/active-runs.ts";
import { listFeatures, type Resource, take, type Variables } from "./resource.ts";

const shared = {
  list: async (workspace: string) => {
    const features = await listFeatures(workspace);
    const counts = await Promise.all(features.map((feature_id) => listRefs(workspace, feature_id)));
    return features.filter((_, index) => counts[index]?.length).map((feature_id) => ({ feature_id }));
  },
  complete: { feature_id: listFeatures },
  findFiles: async (workspace: string, variables: Variables) => {
    const feature_id = take(variables, "feature_id");
    const refs = await listRefs(workspace, feature_id);
    const records = refs.flatMap((ref) => {
      const { branch, outcomes, reported, timeline, closed } = experimentPaths(ref);
      return [branch, outcomes, reported, timeline, closed];
    });
    return [planPath(workspace, feature_id), ...records];
  },
};

/** The comparison as Markdown. */
export const comparisonMarkdown: Resource = {
  ...shared,
  name: "comparison-markdown",
  title: "Comparison of a feature's experiments, as Markdown",
  description: "The recommendation and its reason, the tag matrix, differences, metrics, warnings.",
  media_type: "text/markdown",
  template: "lakebase://features/{feature_id}/comparison.md",
  read: async (workspace, variables) => {
    const request = await prepare(workspace, variables);
    const report = await compareExperiments({ ...request, details: allDetails });
    const directory = experimentsDirectory(workspace, request.feature_id);
    return { media_type: "text/markdown", text: renderMarkdown(report, directory) };
  },
};

/** The comparison as a self-contained page without scripts. */
export const comparisonPage: Resource = {
  ...shared,
  name: "comparison-page",
  title: "Comparison of a feature's experiments, as a page",
  description: "The same with a picture of the run, in one self-contained HTML file.",
  media_type: "text/html",
  template: "lakebase://features/{feature_id}/comparison.html",
  read: async (workspace, variables) => ({
    media_type: "text/html",
    text: await buildPage(await prepare(workspace, variables)),
  }),
};

async function prepare(workspace: string, variables: Variables) {
  const feature_id = take(variables, "feature_id");
  return { workspace, feature_id, knownRuns: await readActiveRuns(workspace, feature_id) };
}
