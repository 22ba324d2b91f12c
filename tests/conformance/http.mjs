import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

/** What the suite takes for granted, and what of ours stands for it. */
const fixtures = { "test://watched-resource": "lakebase://plan.schema.json" };

/**
 * The built server over HTTP, for the official conformance suite, which speaks nothing else. Each session is a process
 * of its own; its messages pass through as they are, but for the names of the suite's fixtures.
 * @param server how it is started: command, args, env
 */
export async function serveOverHttp(server) {
  const sessions = new Map();
  /** Those of requests that are refused too. */
  const opened = [];
  const http = createServer(async (request, response) => {
    const known = sessions.get(request.headers["mcp-session-id"]);
    const transport = known ?? (await openSession(server, sessions, http.address().port));
    if (known === undefined) opened.push(transport);
    await transport.handleRequest(request, response);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${http.address().port}/mcp`,
    close: async () => {
      await Promise.all(opened.map((transport) => transport.close()));
      http.closeAllConnections();
      http.close();
    },
  };
}

async function openSession(server, sessions, port) {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const outside = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, outside),
    enableDnsRebindingProtection: true,
    allowedHosts: hosts,
    allowedOrigins: hosts.map((host) => `http://${host}`),
  });
  const inside = new StdioClientTransport({ ...server, stderr: "inherit" });
  outside.onmessage = (message) => void inside.send(nameOurs(message));
  inside.onmessage = (message) => void outside.send(message);
  outside.onclose = () => void inside.close();
  await Promise.all([outside.start(), inside.start()]);
  return outside;
}

function nameOurs(message) {
  const ours = fixtures[message.params?.uri];
  return ours === undefined ? message : { ...message, params: { ...message.params, uri: ours } };
}
