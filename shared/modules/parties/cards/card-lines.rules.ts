import type { Box, SeenText } from '#kernel';

/** A line of a card. */
export type Line = { readonly text: string; readonly confidence: number; readonly box: Box };

/** Cards are some 1.7 times as wide as high: widths and heights are shares of different lengths. */
const aspect = 1.7;

const nowhere: Box = { left: 0, top: 0, width: 0, height: 0 };

/** Lines as they can be read: letters made uniform, noise left out, words of one line that were seen apart joined. */
export const cardLines = (seen: readonly SeenText[]): readonly Line[] =>
  joined(
    seen
      .map(({ text, confidence, box = nowhere }) => ({ text: tidied(text), confidence, box }))
      .filter(({ text, confidence }) => confidence >= 0.25 && /[\p{L}\p{N}]{2}/u.test(text)),
  );

const tidied = (text: string): string => text.normalize('NFKC').replace(/\s+/g, ' ').trim();

const joined = (lines: readonly Line[]): readonly Line[] => {
  const done: Line[] = [];
  for (const line of lines) {
    const at = done.findIndex((other) => goOn(other, line));
    const before = done[at];
    if (before) done[at] = join(before, line);
    else done.push(line);
  }
  return done;
};

/** Whether `right` stands on the line of `left` and close behind it, in letters of the same size. */
const goOn = (left: Line, right: Line): boolean => {
  const [a, b] = [left.box, right.box];
  const smaller = Math.min(a.height, b.height);
  if (smaller === 0 || Math.max(a.height, b.height) > 1.6 * smaller) return false;
  const overlap = Math.min(a.top + a.height, b.top + b.height) - Math.max(a.top, b.top);
  const gap = (b.left - (a.left + a.width)) * aspect;
  return overlap > 0.6 * smaller && gap > -0.2 * smaller && gap < smaller;
};

const join = (left: Line, right: Line): Line => {
  const [a, b] = [left.box, right.box];
  const [from, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)];
  return {
    text: `${left.text} ${right.text}`,
    confidence: Math.min(left.confidence, right.confidence),
    box: {
      left: from,
      top,
      width: Math.max(a.left + a.width, b.left + b.width) - from,
      height: Math.max(a.top + a.height, b.top + b.height) - top,
    },
  };
};
