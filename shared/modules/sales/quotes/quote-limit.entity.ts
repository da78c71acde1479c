import { boolean, defaulted, entity, noOwner, optional, percent, ref, text, type Row } from '#kernel';

/** How much whoever sends an offer may give away without being asked. */
export const QuoteLimit = entity('QuoteLimit', {
  idPrefix: 'qlm',
  describes:
    'How much the people of a role or a team may give away in an offer by themselves; beyond it, approvers are asked first. Of several limits for somebody the widest counts; those that name neither role nor team count for people who have none of their own.',
  fields: {
    name: text({ min: 1, max: 120, search: 'words', describes: 'What people call it.' }),
    role: optional(text({ max: 40, describes: 'For people of this role, by its key.' })),
    team: optional(ref('Team', { describes: 'For people of this team.' })),
    mostDiscount: optional(
      percent({ describes: 'All discounts together, as a percentage of what the offer would cost without them.' }),
    ),
    leastMargin: optional(
      percent({
        min: '-1000',
        describes:
          'What is left of the price, before taxes, once products are paid; over the lines whose products have a cost.',
      }),
    ),
    active: defaulted(boolean({ describes: 'Whether it counts.' }), true),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: ({ mostDiscount, leastMargin }) =>
    mostDiscount === undefined && leastMargin === undefined
      ? [{ code: 'BAD_INPUT', message: 'Say a discount, a margin or both.', path: ['mostDiscount'] }]
      : [],
});

/** A limit, as code sees it. */
export type QuoteLimitRow = Row<typeof QuoteLimit>;
