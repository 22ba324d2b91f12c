import type * as z from "zod";
import { invalid } from "./api-error.ts";

/**
 * Reads a request's body by its shape. Fields that the shape does not name are ignored.
 * @throws ApiError that names the field.
 */
export function parseBody<Shape>(body: unknown, shape: z.ZodType<Shape>): Shape {
  const parsed = shape.safeParse(body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(
    `Field '${issue?.path.join(".") ?? ""}' is not valid: ${issue?.message ?? "unexpected value"}`,
  );
}

/**
 * The fields that an update names, each of which must be known.
 * @throws ApiError for a mask that is missing or names another field.
 */
export function parseMask(query: URLSearchParams, known: string[]): Set<string> {
  const mask = (query.get("update_mask") ?? "").split(",").filter((path) => path !== "");
  if (mask.length === 0)
    throw invalid(`Field 'update_mask' is required, expected non-default value (not "")!`);
  for (const path of mask) {
    if (!known.includes(path)) {
      throw invalid(
        `Field 'update_mask' names '${path}', which cannot be updated. Known: ${known.join(", ")}.`,
      );
    }
  }
  return new Set(mask);
}
