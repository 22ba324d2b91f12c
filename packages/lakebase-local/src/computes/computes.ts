import type { Socket } from "node:net";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { ApiError } from "../api/api-error.ts";
import type { BranchRecord, EndpointRecord } from "../api/records.ts";
import type { Credentials } from "../api/roles/credentials.ts";
import type { Store } from "../api/store.ts";
import type { Extensions } from "../extensions/extensions.ts";
import type { Home } from "../home.ts";
import { getMessage } from "../local-error.ts";
import { describeTrouble, findTrouble } from "../machine-trouble.ts";
import type { Binaries } from "../postgres/binaries.ts";
import { Compute, type Lease } from "../postgres/compute.ts";
import type { Secrets } from "../postgres/secrets.ts";
import { type Address, Listeners } from "../proxy/listeners.ts";
import { Refusal, serveSession } from "../proxy/session.ts";
import type { Identities } from "../tls/identities.ts";
import { Places } from "./places.ts";
import { restorePassword } from "./restore-password.ts";
import { RoleSecrets } from "./role-secrets.ts";

/** What the computes of a daemon have in common. */
export interface ComputesOptions {
  home: Home;
  binaries: Binaries;
  extensions: Extensions;
  secrets: Secrets;
  userName: string;
  store: Store;
  credentials: Credentials;
  identities: Identities;
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
  /** By project. */
  readonly #places = new Map<string, Places>();
  readonly #secretsOfRoles = new WeakMap<Compute, RoleSecrets>();
  readonly #starts = new PQueue({ concurrency: availableParallelism() });

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
    const { home, binaries, extensions, secrets, userName } = this.#options;
    const compute = new Compute({
      directory: this.directory(branchUid),
      logFile: join(home.logs, `${branchUid}.log`),
      suspendSeconds: () => this.#suspendSeconds(branchUid),
      binaries,
      extensions,
      secrets,
      userName,
      starts: this.#starts,
      takePlace: (starting) => this.#placesFor(branchUid).take(starting),
    });
    this.#computes.set(branchUid, compute);
    return compute;
  }

  /** Opens an endpoint. @returns its address, which is another one when the old one is taken. */
  async listen(endpointUid: string, wanted: Address | undefined): Promise<Address> {
    return this.#listeners.open(endpointUid, wanted);
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
    const { credentials, identities, secrets, userName, report } = this.#options;
    const branch = this.#options.store
      .branches()
      .find(({ endpoints }) => endpoints.some(({ uid }) => uid === endpointUid));
    if (!branch) return void socket.destroy();
    const compute = this.of(branch.uid);
    await serveSession(socket, {
      userName,
      password: secrets.identity,
      findSecrets: async (user) => {
        if (user === userName) return credentials.findSecrets(endpointUid);
        return this.#refusing(branch, () => this.#roleSecrets(branch.uid).of(user));
      },
      identity: () => identities.at(socket.localAddress ?? "127.0.0.1"),
      wake: () => this.#wake(branch.uid, endpointUid),
      restorePassword: () => restorePassword(compute, userName, secrets),
      runningPort: () => compute.port,
    }).catch((error) => {
      report(`a session on ${branch.branch_id} failed: ${getMessage(error)}`);
      socket.destroy();
    });
  }

  async #wake(branchUid: string, endpointUid: string): Promise<Lease> {
    const branch = this.#options.store.branchByUid(branchUid);
    const endpoint = branch?.endpoints.find(({ uid }) => uid === endpointUid);
    if (!branch || !endpoint) throw new Refusal("57P01", "the branch is gone");
    if (endpoint.disabled) throw new Refusal("57P03", "the endpoint is disabled");
    return this.#refusing(branch, () => this.of(branchUid).use());
  }

  /** Runs what needs the branch's server. @throws Refusal when that does not start */
  async #refusing<Result>(branch: BranchRecord, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (isFull(error)) throw new Refusal("53300", error.message);
      this.#options.report(`branch ${branch.branch_id} does not start: ${getMessage(error)}`);
      throw new Refusal(findTrouble(error)?.sqlState ?? "57P03", describeTrouble(error));
    }
  }

  #roleSecrets(branchUid: string): RoleSecrets {
    const compute = this.of(branchUid);
    const secrets = this.#secretsOfRoles.get(compute) ?? new RoleSecrets(compute);
    this.#secretsOfRoles.set(compute, secrets);
    return secrets;
  }

  /** The places among a branch's siblings. A project's default branch may always run. */
  #placesFor(branchUid: string): Places {
    const { store, maxComputes } = this.#options;
    const projectUid = store.branchByUid(branchUid)?.project_uid ?? "";
    const known = this.#places.get(projectUid);
    if (known) return known;
    const isDefault = (compute: Compute) => {
      const project = store.projects({ deleted: true }).find(({ uid }) => uid === projectUid);
      return project !== undefined && this.#computes.get(project.default_branch_uid) === compute;
    };
    const places = new Places(maxComputes, isDefault);
    this.#places.set(projectUid, places);
    return places;
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

function isFull(error: unknown): error is ApiError {
  return error instanceof ApiError && error.code === "QUOTA_EXCEEDED";
}
