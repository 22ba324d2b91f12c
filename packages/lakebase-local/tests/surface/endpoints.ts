import { production, type Step, spec } from "./step.ts";

/** Endpoints. */
export const endpointSteps: Step[] = [
  {
    words: ["list-endpoints", production],
    prints: [
      {
        endpoint_id: "primary",
        status: {
          endpoint_type: "ENDPOINT_TYPE_READ_WRITE",
          disabled: false,
          group: { min: 1, max: 1, enable_readable_secondaries: false },
        },
      },
    ],
  },
  { words: ["get-endpoint", `${production}/endpoints/nope`], code: 1, says: "endpoint id not found" },
  { words: ["create-endpoint", production, "reader"], code: 1, says: "endpoint_type' is required" },
  {
    words: ["create-endpoint", production, "second", ...spec({ endpoint_type: "ENDPOINT_TYPE_READ_WRITE" })],
    code: 1,
    says: "read_write endpoint already exists",
  },
  {
    words: [
      "create-endpoint",
      production,
      "reader",
      ...spec({ endpoint_type: "ENDPOINT_TYPE_READ_ONLY", autoscaling_limit_max_cu: 4 }),
    ],
    prints: { endpoint_id: "reader", status: { autoscaling_limit_max_cu: 4 } },
  },
  { words: ["create-endpoint", production, "reader"], code: 1, says: "endpoint with such id already exists" },
  {
    words: [
      "update-endpoint",
      `${production}/endpoints/reader`,
      "spec.suspension",
      ...spec({ suspend_timeout_duration: "120s" }),
    ],
    prints: { status: { suspend_timeout_duration: "120s", autoscaling_limit_max_cu: 4 } },
  },
  {
    words: [
      "update-endpoint",
      `${production}/endpoints/reader`,
      "spec.suspension",
      ...spec({ suspend_timeout_duration: "10s" }),
    ],
    code: 1,
    says: "between 60s and 604800s",
  },
  {
    words: [
      "update-endpoint",
      `${production}/endpoints/reader`,
      "spec.autoscaling_limit_max_cu",
      ...spec({ autoscaling_limit_max_cu: 65 }),
    ],
    code: 1,
    says: "at most 64",
  },
  {
    words: ["delete-endpoint", `${production}/endpoints/primary`],
    code: 1,
    says: "Cannot delete read-write endpoint",
  },
  { words: ["delete-endpoint", `${production}/endpoints/reader`], prints: "" },
  { words: ["get-endpoint", `${production}/endpoints/reader`], code: 1, says: "endpoint id not found" },
];
