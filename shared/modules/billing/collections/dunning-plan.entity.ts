import { dateTime, derivedOptional, entity, noOwner, type Row } from '#kernel';

/** A tenant has one. */
export const dunningPlanId = 'dnn_00000000000000000000000000';

/** When customers who owe are looked at next. */
export const DunningPlan = entity('DunningPlan', {
  idPrefix: 'dnn',
  describes: 'When customers who owe are looked at next: each morning, as long as a policy is active.',
  fields: {
    nextAt: derivedOptional(dateTime({ describes: 'When next.' })),
    lastAt: derivedOptional(dateTime({ describes: 'When last.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  title: () => 'Dunning',
  dueAt: ({ nextAt }) => nextAt,
});
/** The plan, as code sees it. */
export type DunningPlanRow = Row<typeof DunningPlan>;
