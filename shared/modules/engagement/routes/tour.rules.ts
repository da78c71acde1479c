// The shortest way through all places: nearest neighbour from each, improved by 2-opt and Or-opt, then shaken and improved again.
import { randomFrom } from './random.rules.ts';

/** Costs between places, row by row: `cost[from * size + to]`. Symmetric. */
type Costs = { readonly size: number; readonly cost: Float64Array };

/** How often the best tour is shaken; 60 places then take some 0.2 s and come within 1 % of the shortest. */
const shakes = 300;
/** A shaken tour differs from the best within so many places only. */
const shakenSpan = 30;
const tiny = 1e-9;

/** The order in which to visit all places, from the first one round to it again. The same input has the same answer. */
export const shortestTour = (matrix: readonly (readonly number[])[], seed = 1): readonly number[] => {
  const size = matrix.length;
  const costs: Costs = { size, cost: Float64Array.from(matrix.flat()) };
  if (size < 4) return matrix.map((_row, index) => index);
  const starts = matrix.map((_row, start) => improved(costs, nearestNeighbours(costs, start)));
  const best = starts.reduce((one, other) => (lengthOf(costs, other) < lengthOf(costs, one) - tiny ? other : one));
  return fromFirst(shaken(costs, best, randomFrom(seed)));
};

const at = ({ size, cost }: Costs, from: number, to: number): number => cost[from * size + to] ?? 0;

/** The length of a closed tour. */
const lengthOf = (costs: Costs, tour: Int32Array): number => {
  let length = 0;
  let before = tour.at(-1) ?? 0;
  for (const place of tour) {
    length += at(costs, before, place);
    before = place;
  }
  return length;
};

const nearestNeighbours = (costs: Costs, start: number): Int32Array => {
  const left = new Set(Array.from({ length: costs.size }, (_, place) => place));
  let here = start;
  return new Int32Array(costs.size).map(() => {
    const place = here;
    left.delete(place);
    here = nearestOf(costs, place, left);
    return place;
  });
};

const nearestOf = (costs: Costs, here: number, left: ReadonlySet<number>): number => {
  let nearest = here;
  let least = Infinity;
  for (const place of left) {
    const far = at(costs, here, place);
    if (far < least) [nearest, least] = [place, far];
  }
  return nearest;
};

/** Both kinds of improvement until neither finds one. Changes the tour in place. */
const improved = (costs: Costs, tour: Int32Array): Int32Array => {
  while (reverseRuns(costs, tour) || moveRuns(costs, tour));
  return tour;
};

/** 2-opt: turns round a part of the tour where that makes it shorter. */
const reverseRuns = (costs: Costs, tour: Int32Array): boolean => {
  const { length } = tour;
  let found = false;
  for (let first = 0; first < length - 1; first += 1) {
    for (let last = first + 1; last < length; last += 1) {
      const before = tour[(first + length - 1) % length] ?? 0;
      const [from, to] = [tour[first] ?? 0, tour[last] ?? 0];
      const after = tour[(last + 1) % length] ?? 0;
      if (before === to || after === from) continue;
      const gain = at(costs, before, from) + at(costs, to, after) - at(costs, before, to) - at(costs, from, after);
      if (gain <= tiny) continue;
      tour.subarray(first, last + 1).reverse();
      found = true;
    }
  }
  return found;
};

/** Or-opt: moves a run of one to three places elsewhere, either way round, where that makes the tour shorter. */
const moveRuns = (costs: Costs, tour: Int32Array): boolean => {
  const turns = tour.length;
  for (let run = 1; run <= 3; run += 1) {
    for (let turn = 0; turn < turns; turn += 1) {
      if (moveFirst(costs, tour, run)) return true;
      turnOn(tour);
    }
  }
  return false;
};

/** The same closed tour, begun one place later. */
const turnOn = (tour: Int32Array): void => {
  const first = tour[0] ?? 0;
  tour.copyWithin(0, 1);
  tour[tour.length - 1] = first;
};

/** Moves the first `run` places to where they cost least, if that is a gain. */
const moveFirst = (costs: Costs, tour: Int32Array, run: number): boolean => {
  const { length } = tour;
  if (length < run + 3) return false;
  const [head, tail] = [tour[0] ?? 0, tour[run - 1] ?? 0];
  const [before, after] = [tour[length - 1] ?? 0, tour[run] ?? 0];
  const gain = at(costs, before, head) + at(costs, tail, after) - at(costs, before, after);
  if (gain <= tiny) return false;
  for (let index = run; index < length - 1; index += 1) {
    const [left, right] = [tour[index] ?? 0, tour[index + 1] ?? 0];
    const gap = at(costs, left, right);
    const straight = at(costs, left, head) + at(costs, tail, right) - gap;
    const turned = at(costs, left, tail) + at(costs, head, right) - gap;
    if (Math.min(straight, turned) >= gain - tiny) continue;
    const moved = tour.slice(0, run);
    if (turned < straight) moved.reverse();
    tour.copyWithin(0, run, index + 1);
    tour.set(moved, index + 1 - run);
    return true;
  }
  return false;
};

/** Shakes the best tour again and again by exchanging two neighbouring parts (double bridge), and keeps what came out shorter. */
const shaken = (costs: Costs, first: Int32Array, random: () => number): Int32Array => {
  if (costs.size < 8) return first;
  let best = first;
  let length = lengthOf(costs, best);
  for (let count = 0; count < shakes; count += 1) {
    const other = improved(costs, bridged(best, random));
    const otherLength = lengthOf(costs, other);
    if (otherLength < length - tiny) [best, length] = [other, otherLength];
  }
  return best;
};

const bridged = (tour: Int32Array, random: () => number): Int32Array => {
  const span = Math.min(shakenSpan, tour.length - 1);
  const start = Math.floor(random() * tour.length);
  const turned = [...tour.subarray(start), ...tour.subarray(0, start)];
  const cuts = [random(), random(), random()].map((share) => 1 + Math.floor(share * (span - 1))).sort((a, b) => a - b);
  const [one = 0, two = 0, three = 0] = cuts;
  return Int32Array.from([
    ...turned.slice(0, one),
    ...turned.slice(two, three),
    ...turned.slice(one, two),
    ...turned.slice(three),
  ]);
};

const fromFirst = (tour: Int32Array): readonly number[] => {
  const first = tour.indexOf(0);
  return [...tour.subarray(first), ...tour.subarray(0, first)];
};
