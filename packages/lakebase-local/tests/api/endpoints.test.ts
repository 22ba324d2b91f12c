import { describe, expect, test } from "vitest";
import { openEmulator, useEmulator } from "../emulator.ts";

const branch = "projects/local/branches/production";
const primary = `${branch}/endpoints/primary`;
const spec = (fields: object) => ["--json", JSON.stringify({ spec: fields })];
const reader = { endpoint_type: "ENDPOINT_TYPE_READ_ONLY" };

describe("create-endpoint", () => {
  const shared = useEmulator();

  test.each<[object, string]>([
    [{}, "Field 'endpoint.spec.endpoint_type' is required"],
    [{ endpoint_type: "ENDPOINT_TYPE_UNSPECIFIED" }, "Field 'endpoint.spec.endpoint_type' is required"],
    [{ endpoint_type: "ENDPOINT_TYPE_READ_WRITE" }, "read_write endpoint already exists"],
    [
      { ...reader, autoscaling_limit_min_cu: 0.25 },
      "'autoscaling_limit_min_cu' must be at least 0.5, got 0.25",
    ],
    [
      { ...reader, autoscaling_limit_max_cu: 64.5 },
      "'autoscaling_limit_max_cu' must be at most 64, got 64.5",
    ],
    [{ ...reader, autoscaling_limit_min_cu: 2 }, "must not be below 'autoscaling_limit_min_cu'"],
    [{ ...reader, autoscaling_limit_max_cu: 17.5 }, "must not be more than 16 compute units apart"],
    [{ ...reader, suspend_timeout_duration: "59s" }, "must be between 60s and 604800s, got '59s'"],
    [{ ...reader, suspend_timeout_duration: "604801s" }, "must be between 60s and 604800s, got '604801s'"],
    [{ ...reader, suspend_timeout_duration: "5m" }, "must be a duration in seconds"],
    [
      { ...reader, suspend_timeout_duration: "60s", no_suspension: true },
      "'no_suspension' and 'suspend_timeout_duration' are mutually exclusive",
    ],
  ])("refuses %j", async (fields, reason) => {
    const { run, json } = shared();
    await expect(run("create-endpoint", branch, "reader", ...spec(fields))).rejects.toThrow(reason);
    expect(await json("list-endpoints", branch)).toHaveLength(1);
  });

  test.each<[object, object]>([
    [reader, { autoscaling_limit_min_cu: 1, autoscaling_limit_max_cu: 1, suspend_timeout_duration: "300s" }],
    [
      { ...reader, autoscaling_limit_min_cu: 0.5, autoscaling_limit_max_cu: 16.5 },
      { autoscaling_limit_min_cu: 0.5, autoscaling_limit_max_cu: 16.5 },
    ],
    [
      { ...reader, autoscaling_limit_min_cu: 48, autoscaling_limit_max_cu: 64 },
      { autoscaling_limit_min_cu: 48, autoscaling_limit_max_cu: 64 },
    ],
    [{ ...reader, suspend_timeout_duration: "60s" }, { suspend_timeout_duration: "60s" }],
    [{ ...reader, suspend_timeout_duration: "604800s" }, { suspend_timeout_duration: "604800s" }],
    [
      { ...reader, disabled: true },
      { disabled: true, current_state: "IDLE" },
    ],
  ])("accepts %j", async (fields, status) => {
    const { json } = await openEmulator();
    const made = await json("create-endpoint", branch, "reader", ...spec(fields));
    expect(made).toMatchObject({ name: `${branch}/endpoints/reader`, parent: branch, status });
  });

  test("omits the time of suspension where there is none, and says where a reader is reached", async () => {
    const { json } = await openEmulator();
    const made = await json("create-endpoint", branch, "reader", ...spec({ ...reader, no_suspension: true }));
    expect(made).not.toHaveProperty("status.suspend_timeout_duration");
    expect(made).toMatchObject({
      status: {
        hosts: { host: expect.stringMatching(/^127\./), read_only_host: expect.stringMatching(/^127\./) },
      },
    });
  });

  test("updates one that exists only when it is asked to", async () => {
    const { run, json } = await openEmulator();
    const fields = spec({ autoscaling_limit_max_cu: 4 });
    await expect(run("create-endpoint", branch, "primary", ...fields)).rejects.toThrow(
      "endpoint with such id already exists",
    );
    const before = await json("get-endpoint", primary);
    const after = await json("create-endpoint", branch, "primary", "--replace-existing", ...fields);
    expect(after).toMatchObject({ status: { autoscaling_limit_max_cu: 4, autoscaling_limit_min_cu: 1 } });
    expect(after).toHaveProperty("uid", Object(before).uid);
    expect(await json("list-endpoints", branch)).toHaveLength(1);
  });
});

describe("update-endpoint", () => {
  test("keeps an endpoint's place in the list", async () => {
    const { run, json } = await openEmulator();
    await run("create-endpoint", branch, "reader", ...spec(reader));
    await run("update-endpoint", primary, "spec.disabled", ...spec({ disabled: true }));
    const listed = await json("list-endpoints", branch);
    expect(listed).toMatchObject([{ endpoint_id: "primary" }, { endpoint_id: "reader" }]);
  });

  const both = { autoscaling_limit_min_cu: 2, autoscaling_limit_max_cu: 8, disabled: true };
  test.each<[string, { min: number; max: number; disabled: boolean }]>([
    ["spec.autoscaling_limit_max_cu", { min: 1, max: 8, disabled: false }],
    ["spec.autoscaling_limit_min_cu,spec.autoscaling_limit_max_cu", { min: 2, max: 8, disabled: false }],
    ["spec.disabled", { min: 1, max: 1, disabled: true }],
    ["spec", { min: 2, max: 8, disabled: true }],
  ])("with the mask %s changes no other field", async (mask, { min, max, disabled }) => {
    const { json } = await openEmulator();
    expect(await json("update-endpoint", primary, mask, ...spec(both))).toMatchObject({
      status: { autoscaling_limit_min_cu: min, autoscaling_limit_max_cu: max, disabled },
    });
  });

  test("checks the limits on what results, not on what is given", async () => {
    const { run } = await openEmulator();
    const above = run("update-endpoint", primary, "spec.autoscaling_limit_min_cu", ...spec(both));
    await expect(above).rejects.toThrow("must not be below 'autoscaling_limit_min_cu'");
  });

  test.each([
    ["spec.endpoint_type", "names 'spec.endpoint_type', which cannot be updated"],
    ["spec.suspend_timeout_duration", "names 'spec.suspend_timeout_duration', which cannot be updated"],
  ])("refuses the mask %s", async (mask, reason) => {
    const { run } = await openEmulator();
    await expect(run("update-endpoint", primary, mask, ...spec(both))).rejects.toThrow(reason);
  });
});

test("delete-endpoint takes neither a read-write endpoint nor any of a protected branch", async () => {
  const { run, addBranch, production } = await openEmulator();
  await expect(run("delete-endpoint", primary)).rejects.toThrow(
    `Cannot delete read-write endpoint '${primary}'. Read-write endpoints cannot be deleted.`,
  );
  const [own] = production.endpoints;
  if (own === undefined) return expect.unreachable();
  const readOnly = { ...own, endpoint_id: "reader", type: "ENDPOINT_TYPE_READ_ONLY" as const };
  await addBranch("safe", { is_protected: true, endpoints: [readOnly] });
  await expect(run("delete-endpoint", "projects/local/branches/safe/endpoints/reader")).rejects.toThrow(
    "cannot delete endpoint of protected branch",
  );
});
