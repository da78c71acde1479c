// Which limits speak of a sample, and in which period it counts.

/** In which time samples are counted. */
export const samplePeriods = ['MONTH', 'QUARTER', 'YEAR'] as const;

type Limit = {
  readonly product?: string;
  readonly family?: string;
  readonly user?: string;
  readonly team?: string;
  readonly isActive: boolean;
};
type Sample = {
  readonly product: string;
  readonly family?: string;
  readonly seller: string;
  readonly team?: string;
};

const speaksOf = (said: string | undefined, is: string | undefined): boolean => said === undefined || said === is;

/** Whether a limit speaks of a sample; a family speaks of those within it as well. */
export const limits = (limit: Limit, sample: Sample): boolean =>
  limit.isActive &&
  speaksOf(limit.product, sample.product) &&
  (limit.family === undefined ||
    limit.family === sample.family ||
    (sample.family ?? '').startsWith(`${limit.family}/`)) &&
  speaksOf(limit.user, sample.seller) &&
  speaksOf(limit.team, sample.team);

/** The period of a day: `2026-11`, `2026-Q4`, `2026`. */
export const periodOf = (day: string, period: (typeof samplePeriods)[number]): string => {
  const [year = '', month = '1'] = day.split('-');
  if (period === 'YEAR') return year;
  return period === 'MONTH' ? `${year}-${month}` : `${year}-Q${String(Math.ceil(Number(month) / 3))}`;
};
