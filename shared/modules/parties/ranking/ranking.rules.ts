/** Classes of customers by what they bring in. */
export const ranks = ['A', 'B', 'C'] as const;
export type Rank = (typeof ranks)[number];

/** What recency, frequency and money of a customer come to (domain.md 14). */
export const rfmSegments = [
  'CHAMPIONS',
  'CANNOT_LOSE',
  'AT_RISK',
  'LOYAL',
  'NEW',
  'POTENTIAL',
  'HIBERNATING',
  'OTHER',
] as const;
export type RfmSegment = (typeof rfmSegments)[number];

/** What a customer bought in a period. Amounts in minor units; days are those on which it bought. */
export type Bought = { readonly revenue: number; readonly days: number; readonly lastOn: string };

/** From 1 to 5, 5 best. */
export type Scores = { readonly recency: number; readonly frequency: number; readonly monetary: number };

/** How the ranking of a customer came about. */
export type Standing = Scores & {
  readonly rank: Rank;
  readonly segment: RfmSegment;
  /** Of the revenue of all, in percent: its own, and with those before it. */
  readonly share: number;
  readonly cumulative: number;
};

/** Up to which share of the revenue of all, in percent, customers are A, and B. */
export type Borders = { readonly a: number; readonly b: number };

/** The standing of each customer among all. Equals stand equally; the largest is always an A. */
export const standings = (bought: ReadonlyMap<string, Bought>, borders: Borders): ReadonlyMap<string, Standing> => {
  const classes = classesOf(bought, borders);
  const recency = quintiles(bought, ({ lastOn }) => Number(lastOn.replaceAll('-', '')));
  const frequency = quintiles(bought, ({ days }) => days);
  const monetary = quintiles(bought, ({ revenue }) => revenue);
  return new Map(
    [...classes].map(([account, standing]) => {
      const scores = {
        recency: recency.get(account) ?? 1,
        frequency: frequency.get(account) ?? 1,
        monetary: monetary.get(account) ?? 1,
      };
      return [account, { ...standing, ...scores, segment: segmentOf(scores) }];
    }),
  );
};

type Class = Pick<Standing, 'rank' | 'share' | 'cumulative'>;

const classesOf = (bought: ReadonlyMap<string, Bought>, borders: Borders): ReadonlyMap<string, Class> => {
  const earning = [...bought].map(([account, { revenue }]) => [account, Math.max(0, revenue)] as const);
  const total = earning.reduce((sum, [, revenue]) => sum + revenue, 0);
  const classes = new Map<string, Class>();
  let sum = 0;
  let above: { readonly revenue: number; readonly rank: Rank } | undefined;
  for (const [account, revenue] of earning.sort(([, left], [, right]) => right - left)) {
    sum += revenue;
    const cumulative = total === 0 ? 100 : (100 * sum) / total;
    const rank = above?.revenue === revenue ? above.rank : rankAt(cumulative, borders, above === undefined && sum > 0);
    above = { revenue, rank };
    classes.set(account, { rank, share: total === 0 ? 0 : (100 * revenue) / total, cumulative });
  }
  return classes;
};

/** Sums of many shares miss whole numbers by a hair. */
const hair = 1e-9;

const rankAt = (cumulative: number, { a, b }: Borders, isLargest: boolean): Rank => {
  if (isLargest || cumulative <= a + hair) return 'A';
  return cumulative <= b + hair ? 'B' : 'C';
};

/** Scores 5 to 1 by rank, the highest value first: 5 − floor(5·(rank−1)/n). Ties have the rank of the first of them. */
export const quintiles = <Value>(
  values: ReadonlyMap<string, Value>,
  by: (value: Value) => number,
): ReadonlyMap<string, number> => {
  const sorted = [...values].map(([id, value]) => [id, by(value)] as const).sort(([, left], [, right]) => right - left);
  const scores = new Map<string, number>();
  let rank = 1;
  for (const [index, [id, value]] of sorted.entries()) {
    if (value !== sorted[index - 1]?.[1]) rank = index + 1;
    scores.set(id, 5 - Math.floor((5 * (rank - 1)) / sorted.length));
  }
  return scores;
};

type Range = readonly [least: number, most: number];
type Box = { readonly r: Range; readonly f: Range; readonly m: Range };
const any: Range = [1, 5];
const high: Range = [4, 5];

/** The segments overlap: the one that asks for more care comes first, so that a good customer who stays away is seen. */
const boxes: readonly (readonly [RfmSegment, Box])[] = [
  ['CHAMPIONS', { r: high, f: high, m: high }],
  ['CANNOT_LOSE', { r: [1, 1], f: high, m: high }],
  ['AT_RISK', { r: [1, 2], f: [3, 5], m: any }],
  ['LOYAL', { r: any, f: high, m: any }],
  ['NEW', { r: [5, 5], f: [1, 1], m: any }],
  ['POTENTIAL', { r: high, f: [2, 3], m: any }],
  ['HIBERNATING', { r: [1, 2], f: [1, 2], m: any }],
];

const isIn = (score: number, [least, most]: Range): boolean => score >= least && score <= most;

/** What the scores of a customer come to. */
export const segmentOf = ({ recency, frequency, monetary }: Scores): RfmSegment =>
  boxes.find(([, { r, f, m }]) => isIn(recency, r) && isIn(frequency, f) && isIn(monetary, m))?.[0] ?? 'OTHER';
