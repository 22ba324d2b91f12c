import { CoreError } from "../../utils/core-error.ts";
import { isConnectedTo, listOpenSockets, listSockets } from "../../utils/processes/tcp-sockets.ts";
import { listMarked } from "../command/process-tree.ts";

/** How often connections are looked at, in milliseconds. One that is shorter can be missed. */
const intervalMs = 200;

/** How experiments that run at the same time get servers of their own. */
export const portsHint =
  'Set "ports": 1 in plan.json and have the server listen on PORT, or run one experiment at a time.';

/** A connection from a suite's process to a server that another experiment's command had started. */
interface Meeting {
  port: number;
  experiment: string;
}

interface ServerWatch {
  end: () => void;
  /** @throws CoreError `server_foreign` if the suite met a server of another experiment */
  refuseMet: () => void;
}

/**
 * Watches whether the processes of a suite connect to a server of another experiment: two designs that start the same
 * app on a fixed port, and a runner that takes any server it finds there. On Linux only.
 * @param owner the beginning of the markers of the experiment's own processes
 */
export function watchServers(owner: string): ServerWatch {
  if (process.platform !== "linux") return { end: () => {}, refuseMet: () => {} };
  let met: Meeting | undefined;
  let isLooking = false;
  const look = makeLook(owner);
  const timer = setInterval(() => {
    if (isLooking || met !== undefined) return;
    isLooking = true;
    look()
      .then((found) => (met = found))
      // A machine that is out of files fails elsewhere, and more clearly.
      .catch(() => {})
      .finally(() => (isLooking = false));
  }, intervalMs);
  timer.unref();
  return {
    end: () => clearInterval(timer),
    refuseMet: () => {
      if (met !== undefined) throw refuse(met);
    },
  };
}

function refuse({ port, experiment }: Meeting): CoreError {
  const what = `The suite was connected to a server that ${experiment} had started on port ${port}, so another design may have answered it.`;
  return new CoreError("server_foreign", what, { hint: portsHint });
}

function makeLook(owner: string): () => Promise<Meeting | undefined> {
  /** Servers that belong to no command of ours, such as databases: most connections lead there. */
  const unowned = new Set<string>();
  return async () => {
    const sockets = listSockets();
    const servers = sockets.filter(({ state, inode }) => state === "listening" && !unowned.has(inode));
    const clients = sockets.filter(({ state }) => state === "established");
    const pairs = clients.flatMap((client) =>
      servers.filter((server) => isConnectedTo(client, server)).map((server) => ({ client, server })),
    );
    if (pairs.length === 0) return undefined;
    const markers = new Map<string, string>();
    for (const { pid, marker } of await listMarked(""))
      for (const inode of listOpenSockets(pid)) markers.set(inode, marker);
    for (const { client, server } of pairs) {
      const there = markers.get(server.inode);
      if (there === undefined) unowned.add(server.inode);
      const isOwn = markers.get(client.inode)?.startsWith(owner) === true;
      if (isOwn && there !== undefined && !there.startsWith(owner))
        return { port: server.port, experiment: there.split("/")[1] ?? there };
    }
    return undefined;
  };
}
