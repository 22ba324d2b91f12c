import { describe, expect, test } from "vitest";
import {
  branchListing,
  branchResource,
  credentialResource,
  endpointResource,
  userResource,
} from "../../src/lakebase/resources.ts";

const name = "projects/p/branches/dev";
const read = (value: unknown) => branchResource.safeParse(value).data;

describe("a branch", () => {
  test("is read from its status, as the CLI prints it today", () => {
    expect(
      read({
        ...{ branch_id: "dev", name, parent: "projects/p", uid: "br-broad-sky-d2k5gewt" },
        create_time: "2026-08-21T12:00:00Z",
        status: {
          ...{ branch_id: "dev", current_state: "READY", default: false, is_protected: true },
          expire_time: "2026-08-28T12:00:00Z",
          source_branch: "projects/p/branches/production",
        },
      }),
    ).toEqual({
      ...{ branch: "dev", uid: "br-broad-sky-d2k5gewt", parent_branch: "production", state: "READY" },
      ...{ create_time: "2026-08-21T12:00:00Z", expire_time: "2026-08-28T12:00:00Z" },
      ...{ default: false, protected: true },
    });
  });

  test("needs no more than its name, since the CLI omits what is empty", () => {
    expect(read({ name })).toEqual({
      ...{ branch: "dev", uid: null, parent_branch: null, state: "UNKNOWN" },
      ...{ create_time: null, expire_time: null, default: false, protected: false },
    });
  });

  test.each<[string, object, object]>([
    [
      "an id and a parent in place of the name",
      { parent: "projects/p", branch_id: "dev" },
      { branch: "dev" },
    ],
    ["a default as earlier versions wrote it", { name, is_default: true }, { default: true }],
    [
      "fields beside the status",
      { name, current_state: "INIT", is_protected: true },
      { state: "INIT", protected: true },
    ],
    [
      "a status that contradicts them",
      { name, default: true, status: { default: false } },
      { default: false },
    ],
    ["a state that is new", { name, status: { current_state: "FROZEN" } }, { state: "FROZEN" }],
    ["a status that is null", { name, status: null, expire_time: "t" }, { expire_time: "t" }],
    ["a status that cannot be read", { name, status: "READY" }, { state: "UNKNOWN", protected: true }],
    ["protection that cannot be read", { name, status: { is_protected: "yes" } }, { protected: true }],
    ["a uid that cannot be read", { name, uid: 5 }, { uid: null }],
    ["an empty uid", { name, uid: "" }, { uid: null }],
    [
      "a source that is no branch",
      { name, status: { source_branch: "projects/p" } },
      { parent_branch: null },
    ],
    [
      "a name that looks like a uid",
      { name: "projects/p/branches/br-a-b-c1d2e3f4" },
      { branch: "br-a-b-c1d2e3f4" },
    ],
  ])("may have %s", (_what, value, expected) => {
    expect(read(value)).toMatchObject(expected);
  });

  test.each([
    [{}],
    [{ name: "dev" }],
    [{ name: "projects/p/branches/" }],
    [{ name: `${name}/endpoints/primary` }],
    [{ branch_id: "dev" }],
    [[]],
    [null],
    ["text"],
  ])("is none in %j", (value) => {
    expect(read(value)).toBeUndefined();
  });

  test("costs a list only itself, unless nothing in the list can be read", () => {
    expect(branchListing.safeParse([{ name }, {}, 5]).data).toMatchObject([{ branch: "dev" }]);
    expect(branchListing.safeParse([]).data).toEqual([]);
    expect(branchListing.safeParse([{}, 5]).success).toBe(false);
    expect(branchListing.safeParse({ branches: [] }).success).toBe(false);
  });
});

describe("an endpoint", () => {
  const endpoint = `${name}/endpoints/primary`;

  test.each<[string, object, object]>([
    ["no status", {}, { readOnly: false, disabled: false, host: null }],
    ["no host yet", { status: { hosts: {} } }, { host: null }],
    ["an empty host", { status: { hosts: { host: "" } } }, { host: null }],
    ["a host and a port", { status: { hosts: { host: "127.0.0.1:4242" } } }, { host: "127.0.0.1:4242" }],
    ["reading only", { status: { endpoint_type: "ENDPOINT_TYPE_READ_ONLY" } }, { readOnly: true }],
    ["writing", { status: { endpoint_type: "ENDPOINT_TYPE_READ_WRITE" } }, { readOnly: false }],
    ["been disabled", { status: { disabled: true } }, { disabled: true }],
  ])("may have %s", (_what, value, expected) => {
    expect(endpointResource.parse({ name: endpoint, ...value })).toMatchObject({
      name: endpoint,
      ...expected,
    });
  });
});

test("a credential needs its token, and a user a name", () => {
  expect(credentialResource.safeParse({ token: "t" }).success).toBe(true);
  expect(credentialResource.safeParse({ token: "" }).success).toBe(false);
  expect(credentialResource.safeParse({ expire_time: "t" }).success).toBe(false);
  expect(userResource.safeParse({ userName: "u@example.com", groups: [{}] }).success).toBe(true);
  expect(userResource.safeParse({ userName: "" }).success).toBe(false);
});
