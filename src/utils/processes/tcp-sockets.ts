import { readdirSync, readlinkSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** A TCP socket of this machine. */
export interface TcpSocket {
  state: "listening" | "established";
  /** Hexadecimal, as the kernel prints it. */
  address: string;
  port: number;
  remoteAddress: string;
  remotePort: number;
  /** Identifies the socket among the open files of its process. */
  inode: string;
}

/**
 * Lists this machine's TCP sockets; empty where there is no /proc. The kernel takes milliseconds for it, during which
 * nothing else of ours need wait.
 */
export async function listSockets(): Promise<TcpSocket[]> {
  const paths = ["/proc/net/tcp", "/proc/net/tcp6"];
  const tables = await Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => "")));
  return tables.flatMap(parseSockets);
}

/** Most sockets are neither listening nor connected, and are not looked at further. */
const row = /^ *\d+: (\w+):(\w+) (\w+):(\w+) (0A|01) \S+ \S+ \S+ +\d+ +\d+ ([1-9]\d*)/gm;

/** Parses a table of sockets. Source: proc_net_tcp(5). */
export function parseSockets(text: string): TcpSocket[] {
  return [...text.matchAll(row)].map(
    ([, address = "", port = "", remoteAddress = "", remotePort = "", code, inode = ""]) => ({
      state: code === "0A" ? "listening" : "established",
      ...{ address, port: Number.parseInt(port, 16), inode },
      ...{ remoteAddress, remotePort: Number.parseInt(remotePort, 16) },
    }),
  );
}

/** Lists the sockets that a process has open, by their inodes; empty if it has ended or belongs to another user. */
export function listOpenSockets(pid: number): string[] {
  try {
    const directory = `/proc/${pid}/fd`;
    return readdirSync(directory).flatMap((name) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`${directory}/${name}`))?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return [];
  }
}

/** Whether a connection leads to a listening socket. Addresses of only zeros mean any. */
export function isConnectedTo(client: TcpSocket, server: TcpSocket): boolean {
  if (client.remotePort !== server.port) return false;
  const isSame = client.remoteAddress === server.address;
  return isSame || /^0+$/.test(server.address) || client.remoteAddress.endsWith(`FFFF0000${server.address}`);
}

/** Reads an IPv4 address as the kernel prints it, also one inside an IPv6 address; undefined for any other. */
export function readIpv4(address: string): string | undefined {
  const hex = /^(?:0{16}FFFF0000)?([0-9A-F]{8})$/.exec(address)?.[1];
  if (hex === undefined) return undefined;
  const bytes = hex.match(/../g) ?? [];
  return bytes
    .reverse()
    .map((byte) => Number.parseInt(byte, 16))
    .join(".");
}

/** Whether an IPv4 address is of this machine only. */
export function isLoopback(host: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(host);
}
