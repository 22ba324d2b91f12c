import * as z from "zod";
import { alreadyExists, badRequest, invalid, managedByParent } from "./api-error.ts";
import { parseBody, parseMask } from "./body.ts";
import { parseDuration } from "./branches/expiration.ts";
import { checkId, makeUid } from "./names.ts";
import { empty, type Operation } from "./operations.ts";
import { takePage } from "./pages.ts";
import { type ApiRequest, findBranch, idAt, type Platform } from "./platform.ts";
import type { EndpointRecord, ProjectRecord } from "./records.ts";
import { branchName, type EndpointPlace } from "./store.ts";
import { viewEndpoint } from "./views.ts";

const endpointBody = z.object({
  spec: z
    .object({
      endpoint_type: z.string().optional(),
      autoscaling_limit_min_cu: z.number().optional(),
      autoscaling_limit_max_cu: z.number().optional(),
      suspend_timeout_duration: z.string().optional(),
      no_suspension: z.boolean().optional(),
      disabled: z.boolean().optional(),
    })
    .optional(),
});
type EndpointSpec = NonNullable<z.infer<typeof endpointBody>["spec"]>;

export function getEndpoint(platform: Platform, request: ApiRequest): object {
  return viewEndpoint(platform, findEndpoint(platform, request));
}

export function listEndpoints(platform: Platform, request: ApiRequest): object {
  const place = findBranch(platform, request);
  const views = place.branch.endpoints.map((endpoint) => viewEndpoint(platform, { ...place, endpoint }));
  return takePage("endpoints", views, request.query);
}

export async function createEndpoint(platform: Platform, request: ApiRequest): Promise<Operation> {
  const { project, branch } = findBranch(platform, request);
  const endpointId = request.query.get("endpoint_id") ?? "";
  checkId("endpoint_id", endpointId);
  const spec = parseBody(request.body, endpointBody).spec ?? {};
  const existing = branch.endpoints.find(({ endpoint_id }) => endpoint_id === endpointId);
  if (existing) {
    if (request.query.get("replace_existing") !== "true")
      throw alreadyExists("endpoint with such id already exists");
    return save(platform, { project, branch, endpoint: applyEndpointSpec(existing, spec) });
  }
  const type = endpointType(spec.endpoint_type);
  if (type === "ENDPOINT_TYPE_READ_WRITE" && branch.endpoints.some((endpoint) => endpoint.type === type)) {
    throw badRequest("read_write endpoint already exists");
  }
  const endpoint = await openEndpoint(
    platform,
    applyEndpointSpec(makeEndpoint(endpointId, type, project), spec),
  );
  // Opening it took a while: the branch may have changed.
  return save(platform, { ...platform.store.branch(project.project_id, branch.branch_id), endpoint });
}

export async function updateEndpoint(platform: Platform, request: ApiRequest): Promise<Operation> {
  const place = findEndpoint(platform, request);
  const fields: Record<string, (keyof EndpointSpec)[]> = {
    "spec.autoscaling_limit_min_cu": ["autoscaling_limit_min_cu"],
    "spec.autoscaling_limit_max_cu": ["autoscaling_limit_max_cu"],
    "spec.suspension": ["suspend_timeout_duration", "no_suspension"],
    "spec.disabled": ["disabled"],
  };
  const mask = parseMask(request.query, ["spec", ...Object.keys(fields)]);
  const { spec } = parseBody(request.body, endpointBody);
  if (!spec) throw invalid("Field 'endpoint.spec' is required.");
  const named = new Set([...mask].flatMap((path) => fields[path] ?? Object.values(fields).flat()));
  const picked = Object.fromEntries(
    Object.entries(spec).filter(([key]) => [...named].some((field) => field === key)),
  );
  return save(platform, { ...place, endpoint: applyEndpointSpec(place.endpoint, picked) });
}

export function deleteEndpoint(platform: Platform, request: ApiRequest): Operation {
  const { project, branch, endpoint } = findEndpoint(platform, request);
  const name = `${branchName(project, branch)}/endpoints/${endpoint.endpoint_id}`;
  if (branch.is_protected) throw badRequest("cannot delete endpoint of protected branch");
  if (endpoint.type === "ENDPOINT_TYPE_READ_WRITE") {
    throw managedByParent(
      `Cannot delete read-write endpoint '${name}'. Read-write endpoints cannot be deleted.`,
    );
  }
  return platform.operations.start(name, "endpoint", async () => {
    const endpoints = branch.endpoints.filter(({ uid }) => uid !== endpoint.uid);
    await platform.store.saveBranch({ ...branch, endpoints });
    await platform.computes.unlisten([endpoint]);
    return empty;
  });
}

/** A new endpoint with the project's defaults. It has no address yet. */
export function makeEndpoint(
  id: string,
  type: EndpointRecord["type"],
  project: ProjectRecord,
): EndpointRecord {
  const now = new Date().toISOString();
  return {
    endpoint_id: id,
    uid: makeUid("ep"),
    type,
    create_time: now,
    update_time: now,
    host: "",
    port: 0,
    min_cu: project.min_cu,
    max_cu: project.max_cu,
    suspend_seconds: project.suspend_seconds,
    disabled: false,
  };
}

/** Opens an endpoint, for the first time or again. @returns the endpoint with its address. */
export async function openEndpoint(
  { computes }: Platform,
  endpoint: EndpointRecord,
): Promise<EndpointRecord> {
  const { uid, host, port } = endpoint;
  return { ...endpoint, ...(await computes.listen(uid, port === 0 ? undefined : { host, port })) };
}

function save(platform: Platform, { project, branch, endpoint }: EndpointPlace): Operation {
  const name = `${branchName(project, branch)}/endpoints/${endpoint.endpoint_id}`;
  const isNew = branch.endpoints.every(({ uid }) => uid !== endpoint.uid);
  const endpoints = isNew
    ? [...branch.endpoints, endpoint]
    : branch.endpoints.map((each) => (each.uid === endpoint.uid ? endpoint : each));
  const changed = { ...branch, endpoints };
  return platform.operations.start(name, "endpoint", async () => {
    await platform.store.saveBranch(changed);
    if (endpoint.disabled && endpoints.every(({ disabled }) => disabled))
      await platform.computes.of(branch.uid).stop();
    return viewEndpoint(platform, { project, branch: changed, endpoint });
  });
}

/** The endpoint with what the spec states. @throws ApiError for sizes and times outside of the limits. */
export function applyEndpointSpec(endpoint: EndpointRecord, spec: EndpointSpec): EndpointRecord {
  const changed: EndpointRecord = {
    ...endpoint,
    min_cu: spec.autoscaling_limit_min_cu ?? endpoint.min_cu,
    max_cu: spec.autoscaling_limit_max_cu ?? endpoint.max_cu,
    suspend_seconds: readSuspendSeconds(spec, endpoint.suspend_seconds),
    disabled: spec.disabled ?? endpoint.disabled,
    update_time: new Date().toISOString(),
  };
  checkSize(changed.min_cu, changed.max_cu);
  return changed;
}

/** Checks the limits on compute units: 0.5 to 64, at most 16 apart. */
export function checkSize(min: number, max: number): void {
  if (min < 0.5) throw invalid(`Field 'autoscaling_limit_min_cu' must be at least 0.5, got ${min}.`);
  if (max > 64) throw invalid(`Field 'autoscaling_limit_max_cu' must be at most 64, got ${max}.`);
  if (max < min)
    throw invalid("Field 'autoscaling_limit_max_cu' must not be below 'autoscaling_limit_min_cu'.");
  if (max - min > 16) throw invalid("The autoscaling limits must not be more than 16 compute units apart.");
}

/** Seconds until an idle compute is suspended, null for never; what was there before unless the spec says. */
export function readSuspendSeconds(
  spec: { suspend_timeout_duration?: string | undefined; no_suspension?: boolean | undefined },
  before: number | null,
): number | null {
  if (spec.no_suspension !== undefined && spec.suspend_timeout_duration !== undefined) {
    throw invalid("Fields 'no_suspension' and 'suspend_timeout_duration' are mutually exclusive.");
  }
  if (spec.no_suspension) return null;
  if (spec.suspend_timeout_duration === undefined) return before;
  const seconds = parseDuration("suspend_timeout_duration", spec.suspend_timeout_duration);
  if (seconds >= 60 && seconds <= 604_800) return seconds;
  throw invalid(
    `Field 'suspend_timeout_duration' must be between 60s and 604800s, got '${spec.suspend_timeout_duration}'.`,
  );
}

function endpointType(type: string | undefined): EndpointRecord["type"] {
  if (type === "ENDPOINT_TYPE_READ_WRITE" || type === "ENDPOINT_TYPE_READ_ONLY") return type;
  throw invalid(
    `Field 'endpoint.spec.endpoint_type' is required, expected ENDPOINT_TYPE_READ_WRITE or ENDPOINT_TYPE_READ_ONLY.`,
  );
}

function findEndpoint({ store }: Platform, request: ApiRequest): EndpointPlace {
  return store.endpoint(idAt(request, 0), idAt(request, 1), idAt(request, 2));
}
