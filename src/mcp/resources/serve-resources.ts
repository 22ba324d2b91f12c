import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CompleteRequestSchema,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { comparisonApp, readComparisonApp } from "../app/comparison-app.ts";
import { Watch } from "./watch.ts";

/** Loaded with the first request, so that a session that reads no resource starts without it. */
const load = () => import("./answer.ts");

/**
 * Serves resources by URI, completes their variables, and announces changes.
 * @param app the script of the comparison's app
 */
export function serveResources(server: Server, workspace: string, app: URL): void {
  const watch = new Watch(
    {
      describeListed: async () => (await load()).describeListed(workspace),
      findFiles: async (uri) => (await load()).findFiles(workspace, uri),
    },
    {
      listChanged: () => void server.sendResourceListChanged().catch(() => {}),
      updated: (uri) => void server.sendResourceUpdated({ uri }).catch(() => {}),
    },
  );
  server.setRequestHandler(ListResourcesRequestSchema, async ({ params }) => {
    const { listResources } = await load();
    const listed = await listResources(workspace, params?.cursor);
    await watch.followList();
    return listed;
  });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, async () => (await load()).listTemplates());
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params }) =>
    params.uri === comparisonApp
      ? readComparisonApp(app)
      : (await load()).readResource(workspace, params.uri),
  );
  server.setRequestHandler(SubscribeRequestSchema, async ({ params }) => {
    await watch.follow(params.uri);
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params }) => {
    watch.unfollow(params.uri);
    return {};
  });
  server.setRequestHandler(CompleteRequestSchema, async ({ params: { ref, argument, context } }) => {
    const { completeFeature, completeVariable } = await load();
    const completion =
      ref.type === "ref/resource"
        ? await completeVariable(workspace, ref.uri, argument, context?.arguments)
        : argument.name === "feature_id"
          ? await completeFeature(workspace, argument.value)
          : { values: [] };
    return { completion };
  });
}
