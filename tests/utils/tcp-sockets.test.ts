import { expect, it } from "vitest";
import { isConnectedTo, parseSockets } from "../../src/utils/processes/tcp-sockets.ts";

const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:A86D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 60954 1 0000 100 0 0 10 0
   1: 0100007F:C350 0100007F:A86D 01 00000000:00000000 00:00000000 00000000  1000        0 60960 1 0000 20 4 30 10 -1
   2: 0100007F:C351 0100007F:A86D 06 00000000:00000000 03:00001650 00000000     0        0 0 3 0000
   3: 16E7577F:A86D 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 60970 1 0000 100 0 0 10 0
`;
const table6 = `  sl  local_address                         remote_address                        st tx_queue
   0: 00000000000000000000000000000000:A86D 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000 0 0 70000 1
   1: 0000000000000000FFFF00000100007F:C352 0000000000000000FFFF00000100007F:A86D 01 00000000:00000000 00:00000000 00000000 0 0 70001 1
`;

it("reads which sockets listen and which are connected, and where connections lead", () => {
  const [server, client, elsewhere, ...others] = parseSockets(table);
  const [any, mapped] = parseSockets(table6);
  expect(others).toEqual([]);
  expect(server).toMatchObject({ state: "listening", port: 43117, inode: "60954" });
  expect(client).toMatchObject({ state: "established", port: 50_000, remotePort: 43117, inode: "60960" });
  if (!server || !client || !elsewhere || !any || !mapped) throw new Error("a line was not read");
  expect(isConnectedTo(client, server)).toBe(true);
  expect(isConnectedTo(client, elsewhere)).toBe(false);
  expect(isConnectedTo(client, any)).toBe(true);
  expect(isConnectedTo(mapped, server)).toBe(true);
  expect(isConnectedTo(mapped, elsewhere)).toBe(false);
  expect(parseSockets("")).toEqual([]);
});
