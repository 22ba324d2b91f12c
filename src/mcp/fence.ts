/**
 * Puts a text between two marks, each on its own line. The marks are random and do not occur in the text, so that it
 * cannot close the fence itself.
 * @param drawMark draws a mark, a different one each time
 */
export function fence(text: string, drawMark = drawRandomMark): string {
  const mark = drawMark();
  return text.includes(mark) ? fence(text, drawMark) : `<${mark}>\n${text}\n</${mark}>`;
}

function drawRandomMark(): string {
  return `data-${crypto.randomUUID().slice(0, 8)}`;
}
