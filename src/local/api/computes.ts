import type { Socket } from "node:net";
import { join } from "node:path";
import type { Home } from "../home.ts";
import { messageOf } from "../local-error.ts";
import type { Binaries } from "../postgres/binaries.ts";
import { Compute, type Lease } from "../postgres/compute.ts";
import type { Secrets } from "../postgres/secrets.ts";
import { Listeners } from "../proxy/listeners.ts";
import { Refusal, serveSession } from "../proxy/session.ts";
import type { Credentials } from "./credentials.ts";
import type { BranchRecord, EndpointRecord } from "./records.ts";
import type { Store } from "./store.ts";

/** What the computes of a daemon have in common. */
export interface ComputesOptions {
  home: Home;
  binaries: Binaries;
  secrets: Secrets;
  userName: string;
  store: Store;
  credentials: Credentials;
  maxComputes: number;
  /** Replaces every endpoint's own time of idleness. */
  suspendSeconds: number | undefined;
  report: (text: string) => void;
}

/** The servers of all branches, and the ports through which their endpoints are reached. */
export class Computes {
  readonly #options: ComputesOptions;
  readonly #computes = new Map<string, Compute>();
  readonly #listeners: Listeners;

  constructor(options: ComputesOptions) {
    this.#options = options;
    this.#listeners = new Listeners((endpointUid, socket) => void this.#serve(endpointUid, socket));
  }

  /** Open connections to all endpoints. */
  get connections(): number {
    return this.#listeners.connections;
  }

  /** Where a branch's data lies. */
  directory(branchUid: string): string {
    return join(this.#options.home.data, branchUid);
  }

  /** The server of a branch, running or not. */
  of(branchUid: string): Compute {
    const known = this.#computes.get(branchUid);
    if (known) return known;
    const { home, binaries, secrets, userName } = this.#options;
    const compute = new Compute({
      directory: this.directory(branchUid),
      logFile: join(home.logs, `${branchUid}.log`),
      suspendSeconds: () => this.#suspendSeconds(branchUid),
      binaries,
      secrets,
      userName,
    });
    this.#computes.set(branchUid, compute);
    return compute;
  }

  /** Opens the port of an endpoint. @returns the port, which is another one when the old one is taken. */
  async listen(endpoint: { uid: string; port?: number }): Promise<number> {
    return this.#listeners.open(endpoint.uid, endpoint.port);
  }

  async unlisten(endpoints: EndpointRecord[]): Promise<void> {
    await Promise.all(endpoints.map((endpoint) => this.#listeners.close(endpoint.uid)));
  }

  /** Ends a branch's connections and its server. */
  async retire(branch: BranchRecord): Promise<void> {
    await this.unlisten(branch.endpoints);
    await this.#computes.get(branch.uid)?.retire();
    this.#computes.delete(branch.uid);
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.#listeners.closeAll();
    await Promise.all([...this.#computes.values()].map((compute) => compute.stop()));
  }

  async #serve(endpointUid: string, socket: Socket): Promise<void> {
    const { credentials, secrets, userName, report } = this.#options;
    const branch = this.#options.store
      .branches()
      .find(({ endpoints }) => endpoints.some(({ uid }) => uid === endpointUid));
    if (!branch) return void socket.destroy();
    const compute = this.of(branch.uid);
    await serveSession(socket, {
      userName,
      password: secrets.identity,
      refuse: (token) => {
        const verdict = credentials.check(token, endpointUid);
        if (verdict === "expired") return "The credential has expired; generate a new one.";
        return verdict === "valid" ? undefined : "The password is no credential for this endpoint.";
      },
      wake: () => this.#wake(branch.uid, endpointUid),
      runningPort: () => compute.port,
    }).catch((error) => {
      report(`a session on ${branch.branch_id} failed: ${messageOf(error)}`);
      socket.destroy();
    });
  }

  async #wake(branchUid: string, endpointUid: string): Promise<Lease> {
    const branch = this.#options.store.branchByUid(branchUid);
    const endpoint = branch?.endpoints.find(({ uid }) => uid === endpointUid);
    if (!branch || !endpoint) throw new Refusal("57P01", "the branch is gone");
    if (endpoint.disabled) throw new Refusal("57P03", "the endpoint is disabled");
    const compute = this.of(branchUid);
    if (!compute.isActive) this.#checkQuota(branch);
    try {
      return await compute.use();
    } catch (error) {
      this.#options.report(`branch ${branch.branch_id} does not start: ${messageOf(error)}`);
      throw new Refusal("57P03", messageOf(error));
    }
  }

  /** A project's default branch may always run. */
  #checkQuota(branch: BranchRecord): void {
    const { store, maxComputes } = this.#options;
    const exempt = store.projectOf(branch).default_branch_uid;
    if (branch.uid === exempt) return;
    const active = store
      .branches(store.projectOf(branch))
      .filter(({ uid }) => uid !== exempt && this.#computes.get(uid)?.isActive);
    if (active.length < maxComputes) return;
    throw new Refusal("53300", `the project already runs ${maxComputes} computes, which is its limit`);
  }

  /** The most patient endpoint of the branch decides. */
  #suspendSeconds(branchUid: string): number {
    if (this.#options.suspendSeconds !== undefined) return this.#options.suspendSeconds;
    const endpoints = this.#options.store.branchByUid(branchUid)?.endpoints ?? [];
    return Math.max(
      60,
      ...endpoints.map(({ suspend_seconds }) => suspend_seconds ?? Number.POSITIVE_INFINITY),
    );
  }
}
