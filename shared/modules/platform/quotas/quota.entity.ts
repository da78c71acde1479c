import { decimal, entity, noOwner, text, type Row } from '#kernel';

/** How much of something that is limited has been used. */
export const Quota = entity('Quota', {
  idPrefix: 'qta',
  describes: 'How much of something that is limited has been used: a promotion, samples of a month.',
  fields: {
    key: text({ max: 250, describes: 'What is limited, and for whom and when.' }),
    used: decimal({ describes: 'How much of it has been used.' }),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'key' } },
  defaults: [],
  internal: true,
  title: ({ key }) => key,
});

/** A quota, as code sees it. */
export type QuotaRow = Row<typeof Quota>;
