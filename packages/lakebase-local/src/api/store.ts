import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import PQueue from "p-queue";
import type * as z from "zod";
import { readWhole, writeWhole } from "../whole-file.ts";
import { notFound } from "./api-error.ts";
import {
  type BranchRecord,
  branchRecord,
  type EndpointRecord,
  type ProjectRecord,
  projectRecord,
} from "./records.ts";

/** A branch with its project. */
export interface BranchPlace {
  project: ProjectRecord;
  branch: BranchRecord;
}

/** An endpoint with its branch and project. */
export interface EndpointPlace extends BranchPlace {
  endpoint: EndpointRecord;
}

/**
 * The records of a state directory: all of them in memory, each in a file of its own that is replaced whole.
 * A branch that is still being made is in memory only, so a crash leaves no trace of it.
 */
export class Store {
  readonly #folder: string;
  readonly #projects = new Map<string, ProjectRecord>();
  readonly #branches = new Map<string, BranchRecord>();
  /** Uids of branches and projects whose data is not there yet. */
  readonly #pending = new Set<string>();
  /** One write at a time, so that the last change is the one that stays. */
  readonly #writes = new PQueue({ concurrency: 1 });

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Reads all records below a folder, making it on first use. */
  static async open(folder: string): Promise<Store> {
    const store = new Store(folder);
    for (const project of await readAll(join(folder, "projects"), projectRecord)) {
      store.#projects.set(project.uid, project);
    }
    for (const branch of await readAll(join(folder, "branches"), branchRecord)) {
      if (store.#projects.has(branch.project_uid)) store.#branches.set(branch.uid, branch);
    }
    return store;
  }

  /** Projects in order of creation. */
  projects({ deleted = false } = {}): ProjectRecord[] {
    return [...this.#projects.values()].filter((project) => deleted || isLive(project)).sort(byCreation);
  }

  /** Branches of a project in order of creation; of all projects when none is given. */
  branches(project?: ProjectRecord, { deleted = false } = {}): BranchRecord[] {
    return [...this.#branches.values()]
      .filter((branch) => !project || branch.project_uid === project.uid)
      .filter((branch) => deleted || isLive(branch))
      .sort(byCreation);
  }

  /** @throws ApiError when there is no such project. */
  project(id: string): ProjectRecord {
    const found = this.projects().find((project) => project.project_id === id);
    if (!found) throw notFound("project");
    return found;
  }

  /** @throws ApiError when there is no such project or branch. A uid names no branch. */
  branch(projectId: string, branchId: string): BranchPlace {
    const project = this.project(projectId);
    const branch = this.branches(project).find((candidate) => candidate.branch_id === branchId);
    if (!branch) throw notFound("branch");
    return { project, branch };
  }

  /** @throws ApiError when there is no such project, branch or endpoint. */
  endpoint(projectId: string, branchId: string, endpointId: string): EndpointPlace {
    const place = this.branch(projectId, branchId);
    const endpoint = place.branch.endpoints.find((candidate) => candidate.endpoint_id === endpointId);
    if (!endpoint) throw notFound("endpoint");
    return { ...place, endpoint };
  }

  branchByUid(uid: string): BranchRecord | undefined {
    return this.#branches.get(uid);
  }

  findProject(branch: BranchRecord): ProjectRecord {
    const project = this.#projects.get(branch.project_uid);
    if (!project) throw notFound("project");
    return project;
  }

  /** Live branches that were taken from a branch. */
  listChildren(branch: BranchRecord): BranchRecord[] {
    return this.branches().filter((candidate) => candidate.source?.uid === branch.uid);
  }

  isPending(uid: string): boolean {
    return this.#pending.has(uid);
  }

  /** Takes the name of a branch or project whose data is still being made. Nothing is written. */
  reserve(branch: BranchRecord, project?: ProjectRecord): void {
    if (project) {
      this.#projects.set(project.uid, project);
      this.#pending.add(project.uid);
    }
    this.#branches.set(branch.uid, branch);
    this.#pending.add(branch.uid);
  }

  async saveProject(project: ProjectRecord): Promise<void> {
    this.#projects.set(project.uid, project);
    await this.#write("projects", project.uid, project);
    this.#pending.delete(project.uid);
  }

  async saveBranch(branch: BranchRecord): Promise<void> {
    this.#branches.set(branch.uid, branch);
    await this.#write("branches", branch.uid, branch);
    this.#pending.delete(branch.uid);
  }

  async forgetProject(uid: string): Promise<void> {
    await this.#writes.add(() => rm(this.#path("projects", uid), { force: true }));
    this.#projects.delete(uid);
    this.#pending.delete(uid);
  }

  async forgetBranch(uid: string): Promise<void> {
    await this.#writes.add(() => rm(this.#path("branches", uid), { force: true }));
    this.#branches.delete(uid);
    this.#pending.delete(uid);
  }

  #path(kind: "projects" | "branches", uid: string): string {
    return join(this.#folder, kind, `${uid}.json`);
  }

  async #write(kind: "projects" | "branches", uid: string, record: object): Promise<void> {
    await this.#writes.add(() => writeWhole(this.#path(kind, uid), `${JSON.stringify(record, null, 2)}\n`));
  }
}

/** The resource path of a branch. */
export function branchName(project: ProjectRecord, branch: BranchRecord): string {
  return `projects/${project.project_id}/branches/${branch.branch_id}`;
}

/** Neither deleted nor expired; an expired branch is gone at once, whenever its data is removed. */
function isLive(record: { delete_time?: string | undefined; expire_time?: string | undefined }): boolean {
  if (record.delete_time !== undefined) return false;
  return record.expire_time === undefined || Date.parse(record.expire_time) > Date.now();
}

function byCreation(
  left: { create_time: string; uid: string },
  right: { create_time: string; uid: string },
): number {
  return left.create_time.localeCompare(right.create_time) || left.uid.localeCompare(right.uid);
}

async function readAll<Item>(folder: string, shape: z.ZodType<Item>): Promise<Item[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json"));
  const items = await Promise.all(names.map((name) => readWhole(join(folder, name), shape)));
  return items.filter((item) => item !== undefined);
}
