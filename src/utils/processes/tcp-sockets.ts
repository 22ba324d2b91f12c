import { readdirSync, readFileSync, readlinkSync } from "node:fs";

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

const states: Readonly<Record<string, TcpSocket["state"]>> = { "0A": "listening", "01": "established" };

/** Lists this machine's TCP sockets; empty where there is no /proc. */
export function listSockets(): TcpSocket[] {
  return ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((path) => {
    try {
      return parseSockets(readFileSync(path, "utf8"));
    } catch {
      return [];
    }
  });
}

/** Parses a table of sockets. Source: proc_net_tcp(5). */
export function parseSockets(text: string): TcpSocket[] {
  return text.split("\n").flatMap((line) => {
    const [, local = "", remote = "", code = "", , , , , , inode = "0"] = line.trim().split(/\s+/);
    const state = states[code];
    if (state === undefined || inode === "0") return [];
    const [address = "", port = ""] = local.split(":");
    const [remoteAddress = "", remotePort = ""] = remote.split(":");
    const ports = { port: Number.parseInt(port, 16), remotePort: Number.parseInt(remotePort, 16) };
    return [{ state, address, remoteAddress, ...ports, inode }];
  });
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
