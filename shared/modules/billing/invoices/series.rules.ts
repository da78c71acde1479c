/** What has number series of its own at each emission point. */
export const seriesKinds = ['invoice', 'credit-note'] as const;
/** What has number series of its own at each emission point. */
export type SeriesKind = (typeof seriesKinds)[number];

/** The series of a kind at an emission point: `invoice/001-001`. */
export const seriesOf = (kind: SeriesKind, code: string): string => `${kind}/${code}`;
