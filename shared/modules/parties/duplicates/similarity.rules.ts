/** How alike two texts are, 0 to 1: matching letters near each other, and a beginning in common (Jaro-Winkler). */
export const alike = (left: string, right: string): number => {
  if (left === right) return 1;
  if (left === '' || right === '') return 0;
  const jaro = jaroOf(left, right);
  let common = 0;
  while (common < 4 && left[common] !== undefined && left[common] === right[common]) common += 1;
  return jaro + common * 0.1 * (1 - jaro);
};

const jaroOf = (left: string, right: string): number => {
  const reach = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1);
  const taken = new Set<number>();
  const fromLeft: string[] = [];
  for (let at = 0; at < left.length; at += 1) {
    const match = matchNear(right, left[at] ?? '', at, reach, taken);
    if (match === undefined) continue;
    taken.add(match);
    fromLeft.push(left[at] ?? '');
  }
  const matches = fromLeft.length;
  if (matches === 0) return 0;
  const fromRight = [...taken].sort((a, b) => a - b).map((at) => right[at]);
  const moved = fromLeft.filter((letter, at) => letter !== fromRight[at]).length / 2;
  return (matches / left.length + matches / right.length + (matches - moved) / matches) / 3;
};

const matchNear = (
  text: string,
  letter: string,
  at: number,
  reach: number,
  taken: ReadonlySet<number>,
): number | undefined => {
  const end = Math.min(text.length - 1, at + reach);
  for (let index = Math.max(0, at - reach); index <= end; index += 1)
    if (text[index] === letter && !taken.has(index)) return index;
  return undefined;
};

/** Letters to insert, leave out, replace or swap with their neighbour until one text is the other. */
export const editsBetween = (left: string, right: string): number => {
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) [before, row] = [row, nextRow(left, right, at, before, row)];
  return row[right.length] ?? 0;
};

const nextRow = (left: string, right: string, at: number, before: readonly number[], row: readonly number[]) => {
  const next = [at];
  for (let to = 1; to <= right.length; to += 1) {
    const replaced = (row[to - 1] ?? 0) + Number(left[at - 1] !== right[to - 1]);
    const isSwapped = at > 1 && left[at - 1] === right[to - 2] && left[at - 2] === right[to - 1];
    const swapped = isSwapped ? (before[to - 2] ?? 0) + 1 : Infinity;
    next.push(Math.min((row[to] ?? 0) + 1, (next[to - 1] ?? 0) + 1, replaced, swapped));
  }
  return next;
};

/** Numbers and codes: equal, a slip of the finger apart, or others. */
export const alikeCodes = (left: string, right: string): number => {
  const edits = editsBetween(left, right);
  const long = Math.max(left.length, right.length) >= 6;
  return edits === 0 ? 1 : edits === 1 && long ? 0.85 : edits === 2 && long ? 0.6 : 0;
};

/** Sets of words, each with the one most like it; words without a counterpart count against the longer set by half. */
export const alikeWords = (left: readonly string[], right: readonly string[]): number => {
  const [few, many] = left.length <= right.length ? [left, right] : [right, left];
  if (few.length === 0) return 0;
  const open = [...many];
  const total = few.reduce((sum, word) => sum + takeBest(word, open), 0);
  return total / (few.length + (many.length - few.length) * 0.25);
};

const takeBest = (word: string, open: string[]): number => {
  let best = 0;
  let at = -1;
  for (const [index, other] of open.entries()) {
    const value = alike(word, other);
    if (value > best) [best, at] = [value, index];
  }
  if (at >= 0) open.splice(at, 1);
  // Below this, letters in common are an accident.
  return best < 0.75 ? 0 : best;
};
