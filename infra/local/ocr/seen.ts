// What tesseract saw, as Textract would tell it: places in shares of the picture, one line for each run of words.

/** A word and its place; `confidence` is 0 to 100. */
export type SeenWord = {
  readonly text: string;
  readonly confidence: number;
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
};

/** A line of words. */
export type SeenLine = SeenWord & { readonly words: readonly SeenWord[] };

/** Pixels from corner to corner, as tesseract says it. */
export type Corners = { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };

type Word = { readonly text: string; readonly confidence: number; readonly bbox: Corners };

/** The picture that was read: its size in pixels, and by how much it was turned to be level (radians). */
export type Sheet = { readonly width: number; readonly height: number; readonly turned: number };

/** A gap wider than so many heights of a word begins another line: cards are set in columns. */
const columnGap = 2;

/** The lines of words that stand together. */
export function seenLines(rows: readonly (readonly Word[])[], sheet: Sheet): readonly SeenLine[] {
  return rows.flatMap(inColumns).map((words) => lineOf(words.map((word) => wordOf(word, sheet))));
}

const inColumns = (words: readonly Word[]): readonly (readonly Word[])[] => {
  const runs: Word[][] = [];
  for (const word of words) {
    if (word.text.trim() === '') continue;
    const last = runs.at(-1)?.at(-1);
    const height = word.bbox.y1 - word.bbox.y0;
    if (!last || word.bbox.x0 - last.bbox.x1 > columnGap * height) runs.push([]);
    runs.at(-1)?.push(word);
  }
  return runs;
};

const wordOf = ({ text, confidence, bbox }: Word, sheet: Sheet): SeenWord => {
  const { x0, y0, x1, y1 } = turnedBack(bbox, sheet);
  const { width, height } = sheet;
  return {
    text,
    confidence,
    box: { left: x0 / width, top: y0 / height, width: (x1 - x0) / width, height: (y1 - y0) / height },
  };
};

/** Where the middle of the box was before the picture was turned to be level; the box itself stays upright. */
const turnedBack = (box: Corners, { width, height, turned }: Sheet): Corners => {
  const [cos, sin] = [Math.cos(-turned), Math.sin(-turned)];
  const x = (box.x0 + box.x1) / 2 - width / 2;
  const y = (box.y0 + box.y1) / 2 - height / 2;
  const moveX = x * cos - y * sin - x;
  const moveY = x * sin + y * cos - y;
  return { x0: box.x0 + moveX, y0: box.y0 + moveY, x1: box.x1 + moveX, y1: box.y1 + moveY };
};

const lineOf = (words: readonly SeenWord[]): SeenLine => {
  const left = Math.min(...words.map(({ box }) => box.left));
  const top = Math.min(...words.map(({ box }) => box.top));
  const right = Math.max(...words.map(({ box }) => box.left + box.width));
  const bottom = Math.max(...words.map(({ box }) => box.top + box.height));
  return {
    text: words.map(({ text }) => text).join(' '),
    confidence: words.reduce((sum, { confidence }) => sum + confidence, 0) / words.length,
    box: { left, top, width: right - left, height: bottom - top },
    words,
  };
};
