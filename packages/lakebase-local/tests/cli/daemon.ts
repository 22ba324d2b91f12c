import { createServer } from "node:http";
import { temporaryFolder } from "../../../../tests/support/machine/temporary.ts";
import { runPostgres } from "../../src/cli/postgres.ts";
import { findHome } from "../../src/home.ts";
import { serve } from "../emulator.ts";

/** What the daemon says to one request. */
export interface Reply {
  status?: number;
  body: unknown;
}

/** A daemon that says what a test tells it to, and the requests that commands made of it. */
export async function openDaemon(reply: (call: string, asked: number) => Reply | Promise<Reply>) {
  const asked: { call: string; body: unknown; prefer: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString();
    const call = `${request.method} ${request.url?.replace("/api/2.0/postgres/", "")}`;
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    asked.push({ call, body, prefer: request.headers.prefer?.toString() });
    const answer = await reply(call, asked.length);
    const said = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
    response.writeHead(answer.status ?? 200).end(said);
  });
  const home = findHome({ LAKEBASE_LOCAL_HOME: await temporaryFolder() });
  await serve(home, server);
  return {
    asked,
    calls: () => asked.map(({ call }) => call),
    run: (...words: string[]) => runPostgres(home, words),
  };
}
