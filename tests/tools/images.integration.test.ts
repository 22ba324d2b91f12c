import { expect, test } from "vitest";
import * as z from "zod";
import { writeArtifact } from "../../src/experiments/artifacts/artifacts.ts";
import { recordExperiment } from "../../src/experiments/experiments.ts";
import { asBranchName } from "../../src/lakebase/branches/branch-id.ts";
import { startServer } from "../support/server.ts";

const resultSchema = z.object({
  content: z.array(
    z.object({ type: z.string(), data: z.string().optional(), mimeType: z.string().optional() }),
  ),
  structuredContent: z.looseObject({ path: z.string(), next_step: z.string() }),
});

const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const jpeg = Buffer.from("ffd8ffe000104a46494600ffd9", "hex");
const gif = Buffer.from("R0lGODlhAQABAAAAACwAAAAAAQABAAA7", "base64");
const webp = Buffer.from("RIFF\x0c\0\0\0WEBPVP8L\0\0\0\0", "latin1");
const wave = Buffer.from("RIFF\x0c\0\0\0WAVEfmt \xff\0\0\0", "latin1");
const large = Buffer.concat([png.subarray(0, 8), Buffer.alloc(4_000_000), png.subarray(-12)]);

const files = {
  "shot.png": png,
  "named-as-text.txt": png,
  "photo.jpg": jpeg,
  "film.gif": gif,
  "shot.webp": webp,
  "cut.png": png.subarray(0, -5),
  "large.png": large,
  "sound.png": wave,
  "drawing.svg": "<svg/>",
};

test("returns images by their content, and the path of one that no client could show", async () => {
  const { client, workspace } = await startServer();
  const ref = { workspace, feature_id: "F1", experiment_slug: "exp-a" };
  await recordExperiment({ ...ref, branch: asBranchName("b") });
  for (const [name, bytes] of Object.entries(files)) await writeArtifact(ref, "C1", name, bytes);
  const read = async (name: string, part: object = {}) => {
    const { workspace: _, ...names } = ref;
    const args = { ...names, cycle_id: "C1", name, ...part };
    const { content, structuredContent } = resultSchema.parse(
      await client.callTool({ name: "read_artifact", arguments: args }),
    );
    const [image] = content.slice(1);
    return { ...structuredContent, ...(image && { image: [image.type, image.mimeType, image.data] }) };
  };

  for (const [name, bytes, type] of [
    ["shot.png", png, "image/png"],
    ["named-as-text.txt", png, "image/png"],
    ["photo.jpg", jpeg, "image/jpeg"],
    ["film.gif", gif, "image/gif"],
    ["shot.webp", webp, "image/webp"],
  ] as const)
    expect(await read(name)).toMatchObject({
      encoding: "image",
      content: "",
      size: bytes.length,
      image: ["image", type, bytes.toString("base64")],
    });

  for (const name of ["cut.png", "large.png"]) {
    const { image, path, next_step } = await read(name);
    expect(image).toBeUndefined();
    expect(next_step).toContain(path);
  }
  expect(await read("sound.png")).toMatchObject({ encoding: "base64", content: wave.toString("base64") });
  expect(await read("drawing.svg")).toMatchObject({ encoding: "utf8", content: "<svg/>" });
  const part = await read("shot.png", { offset: 1, limit: 3 });
  expect(part).toMatchObject({ encoding: "utf8", content: "PNG", next_offset: 4 });
  expect(part.image).toBeUndefined();
});
