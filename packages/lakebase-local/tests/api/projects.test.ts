import { describe, expect, test } from "vitest";
import { openEmulator, useEmulator } from "../emulator.ts";

const project = "projects/local";
const json = (fields: object) => ["--json", JSON.stringify(fields)];
const spec = (fields: object) => json({ spec: fields });

describe("create-project refuses", () => {
  const shared = useEmulator();

  test.each<[string, object, string]>([
    ["local", {}, "project with such id already exists in the workspace"],
    ["Shop", {}, "Field project_id must match pattern"],
    ["shop", { spec: { pg_version: 17 } }, "pg_version' must be 18, the version installed here"],
    ["shop", { spec: { display_name: "" } }, "Field 'spec.display_name' is not valid"],
    ["shop", { spec: { display_name: "x".repeat(257) } }, "Field 'spec.display_name' is not valid"],
    ["shop", { spec: { history_retention_duration: "172799s" } }, "must be between 172800s and 3024000s"],
    ["shop", { spec: { history_retention_duration: "3024001s" } }, "must be between 172800s and 3024000s"],
    ["shop", { spec: { default_branch: "projects/shop/branches/dev" } }, "branch id not found"],
    [
      "shop",
      { spec: { default_endpoint_settings: { autoscaling_limit_min_cu: 0.1 } } },
      "must be at least 0.5, got 0.1",
    ],
    ["shop", { initial_endpoint_spec: { autoscaling_limit_min_cu: 0.1 } }, "must be at least 0.5, got 0.1"],
    ["shop", { initial_endpoint_spec: { autoscaling_limit_max_cu: 65 } }, "must be at most 64, got 65"],
    ["shop", { initial_endpoint_spec: { autoscaling_limit_min_cu: 2 } }, "must not be below"],
    [
      "shop",
      { initial_endpoint_spec: { suspend_timeout_duration: "1s" } },
      "must be between 60s and 604800s",
    ],
  ])("%s with %j", async (id, body, reason) => {
    const emulator = shared();
    await expect(emulator.run("create-project", id, ...json(body))).rejects.toThrow(reason);
    expect(await emulator.json("list-projects", "--show-deleted")).toHaveLength(1);
  });
});

describe("get-project", () => {
  test("shows the documented defaults, and no state", async () => {
    const emulator = await openEmulator();
    const shown = await emulator.json("get-project", project);
    expect(shown).toMatchObject({
      name: project,
      project_id: "local",
      status: {
        default_branch: `${project}/branches/production`,
        history_retention_duration: "604800s",
        pg_version: 18,
        branch_logical_size_limit_bytes: 8_796_093_022_208,
        enable_pg_native_login: false,
        default_endpoint_settings: { autoscaling_limit_min_cu: 1, autoscaling_limit_max_cu: 1 },
      },
    });
    for (const field of ["status.current_state", "delete_time", "purge_time", "spec"])
      expect(shown).not.toHaveProperty(field);
  });

  test("sums up the sizes of its branches", async () => {
    const emulator = await openEmulator();
    await emulator.addBranch("one", { logical_size_bytes: 30 });
    await emulator.addBranch("two", { logical_size_bytes: 12 });
    expect(await emulator.json("get-project", project)).toMatchObject({
      status: { synthetic_storage_size_bytes: 42 },
    });
  });
});

describe("update-project", () => {
  const many = {
    display_name: "Shop",
    custom_tags: [{ key: "team", value: "shop" }],
    default_endpoint_settings: { autoscaling_limit_max_cu: 4, no_suspension: true },
  };

  test.each<[string, object]>([
    ["spec.display_name", { display_name: "Shop" }],
    ["spec.custom_tags", { display_name: "local", custom_tags: many.custom_tags }],
    [
      "spec.default_endpoint_settings.suspension",
      { default_endpoint_settings: { autoscaling_limit_max_cu: 1, no_suspension: true } },
    ],
    [
      "spec.default_endpoint_settings",
      {
        display_name: "local",
        default_endpoint_settings: { autoscaling_limit_max_cu: 4, no_suspension: true },
      },
    ],
    ["spec", { display_name: "Shop", default_endpoint_settings: { autoscaling_limit_max_cu: 4 } }],
  ])("with the mask %s changes no other field", async (mask, status) => {
    const emulator = await openEmulator();
    const changed = await emulator.json("update-project", project, mask, ...spec(many));
    expect(changed).toMatchObject({ status });
    if (mask !== "spec" && mask !== "spec.custom_tags")
      expect(changed).not.toHaveProperty("status.custom_tags");
  });

  test.each<[object, string]>([
    [{ default_branch: `${project}/branches/nope` }, "branch id not found"],
    [{ default_branch: "dev" }, "branch id not found"],
    [
      { default_branch: `${project}/branches/brief` },
      "A branch with an expiration date cannot be the default branch.",
    ],
    [{ default_branch: `${project}/branches/new` }, "branch 'new' is still being created"],
  ])("refuses %j as the default branch", async (fields, reason) => {
    const { run, addBranch, platform, production } = await openEmulator();
    await addBranch("dev");
    await addBranch("brief", { expire_time: "2099-01-01T00:00:00.000Z" });
    platform.store.reserve({ ...production, branch_id: "new", uid: "br-calm-lake-new" });
    await expect(run("update-project", project, "spec.default_branch", ...spec(fields))).rejects.toThrow(
      reason,
    );
  });
});

describe("delete-project", () => {
  test("is refused while a branch is protected", async () => {
    const { run, addBranch } = await openEmulator();
    await addBranch("safe", { is_protected: true });
    await expect(run("delete-project", project)).rejects.toThrow(
      "cannot delete project with protected branches",
    );
  });

  test("is refused while a branch is being created", async () => {
    const { run, platform, production } = await openEmulator();
    platform.store.reserve({ ...production, branch_id: "new", uid: "br-calm-lake-new" });
    await expect(run("delete-project", project)).rejects.toThrow("branch 'new' is still being created");
  });

  test("hides the project with its branches, until it is undeleted", async () => {
    const { run, json: read, addBranch } = await openEmulator();
    await addBranch("dev");
    await run("delete-project", project);
    await expect(run("get-branch", `${project}/branches/dev`)).rejects.toThrow("project id not found");
    expect(await read("list-projects")).toEqual([]);
    expect(await read("list-projects", "--show-deleted")).toMatchObject([
      { delete_time: expect.any(String), status: { default_branch: `${project}/branches/production` } },
    ]);
    await run("undelete-project", project);
    expect(await read("list-branches", project)).toHaveLength(2);
    await expect(run("undelete-project", project)).rejects.toThrow("project with such id already exists");
  });

  test("with --purge leaves nothing to undelete", async () => {
    const { run, json: read } = await openEmulator();
    await run("delete-project", project, "--purge");
    expect(await read("list-projects", "--show-deleted")).toEqual([]);
    await expect(run("undelete-project", project)).rejects.toThrow("project id not found");
  });
});
