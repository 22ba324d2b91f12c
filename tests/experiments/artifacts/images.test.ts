import { expect, test } from "vitest";
import { writeArtifact } from "../../../src/experiments/artifacts/artifacts.ts";
import { readImage } from "../../../src/experiments/artifacts/image.ts";
import { temporaryFolder } from "../../support/machine/temporary.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

const png = "\x89PNG\r\n\x1a\n....IEND\xaeB`\x82";
const webp = (length: number) => {
  const content = bytes(`RIFF....WEBP${"x".repeat(length)}`);
  content.writeUInt32LE(content.length - 8, 4);
  return content;
};

async function read(content: Uint8Array, name = "shot.png") {
  const ref = { workspace: await temporaryFolder(), feature_id: "F1", experiment_slug: "exp-a" };
  await writeArtifact(ref, "C1", name, content);
  return readImage(ref, "C1", name);
}

test.each<[what: string, content: Buffer, media_type: string]>([
  ["PNG", bytes(png), "image/png"],
  ["JPEG", bytes("\xff\xd8\xff\xe0....\xff\xd9"), "image/jpeg"],
  ["GIF", bytes("GIF89a....;"), "image/gif"],
  ["old GIF", bytes("GIF87a....;"), "image/gif"],
  ["WebP", webp(20), "image/webp"],
])("recognizes a %s, whatever its name", async (_what, content, media_type) => {
  expect(await read(content, "result.txt")).toEqual({ media_type, size: content.length, bytes: content });
});

test.each<[what: string, content: Buffer, media_type: string]>([
  ["PNG", bytes(png.slice(0, -1)), "image/png"],
  ["JPEG", bytes("\xff\xd8\xff\xe0"), "image/jpeg"],
  ["GIF", bytes("GIF89a....."), "image/gif"],
  ["WebP", webp(20).subarray(0, -1), "image/webp"],
  ["WebP of 12 bytes", webp(20).subarray(0, 12), "image/webp"],
])("does not pass on a truncated %s, which no model could read", async (_what, content, media_type) => {
  expect(await read(content)).toEqual({ media_type, size: content.length, bytes: undefined });
});

test.each(["", "\x89PNG", "PNG\r\n\x1a\n", "RIFF....WAVEfmt ", "RIFF....", "<svg/>", "GIF88a;"])(
  "takes %j for no image, even if its name says so",
  async (content) => {
    expect(await read(bytes(content))).toBeUndefined();
  },
);

test("tells the size of an image that is too large for an answer", async () => {
  const large = Buffer.concat([bytes(png.slice(0, 12)), Buffer.alloc(3_932_160), bytes(png.slice(12))]);
  expect(await read(large)).toEqual({ media_type: "image/png", size: large.length, bytes: undefined });
  const most = Buffer.concat([
    bytes(png.slice(0, 12)),
    Buffer.alloc(3_932_160 - png.length),
    bytes(png.slice(12)),
  ]);
  expect((await read(most))?.bytes).toHaveLength(3_932_160);
});
