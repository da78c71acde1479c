import {
  dateTime,
  defaulted,
  derivedOptional,
  entity,
  integer,
  noOwner,
  optional,
  percent,
  text,
  type Row,
} from '#kernel';

/** A tenant has one. */
export const planId = 'rkp_00000000000000000000000000';

/** How customers are ranked, and when next. */
export const RankingPlan = entity('RankingPlan', {
  idPrefix: 'rkp',
  describes:
    'How the tenant ranks its customers: over which period, by which purchases, with which borders of A and B; and when next. ' +
    'It is done in the night after something was bought, and every night as long as anything was bought in the period.',
  fields: {
    periodDays: defaulted(integer({ min: 1, max: 3650, describes: 'How many days back purchases count.' }), 365),
    aShare: defaulted(percent({ describes: 'A are those who bring in so much of all revenue together.' }), '80'),
    bShare: defaulted(percent({ describes: 'B are those who, with the A, bring in so much.' }), '95'),
    source: optional(
      text({
        max: 40,
        describes: 'Which purchases count: opportunities, invoices. When absent, the surest kind that there is any of.',
      }),
    ),
    nextAt: derivedOptional(dateTime({ describes: 'When customers are ranked next.' })),
    lastAt: derivedOptional(dateTime({ describes: 'When they were ranked last.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  title: () => 'Ranking',
  check: ({ aShare, bShare }) =>
    Number(aShare) > Number(bShare)
      ? [{ code: 'BAD_INPUT', message: 'The border of B lies below that of A.', path: ['bShare'] }]
      : [],
  dueAt: ({ nextAt }) => nextAt,
});

/** The plan, as code sees it. */
export type RankingPlanRow = Row<typeof RankingPlan>;
