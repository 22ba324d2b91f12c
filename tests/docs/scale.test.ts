import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { renderScale } from "../../bench/simulate-scale.ts";

test("docs/scale.md has the figures of its simulation", async () => {
  const text = await readFile("docs/scale.md", "utf8");
  const filled = text.replace(
    /(<!-- generated: scale -->\n)[\s\S]*?(<!-- end -->)/,
    (_whole, begin: string, end: string) => `${begin}\n${renderScale()}\n${end}`,
  );
  await expect(filled).toMatchFileSnapshot("../../docs/scale.md");
});
