import { date, entity, money, optional, ownedBy, ref, text, type Row } from '#kernel';

/** What somebody is to sell in a period. */
export const SalesTarget = entity('SalesTarget', {
  idPrefix: 'stg',
  describes:
    'What a person is to sell in a period: the quota that tiers and bonuses of commissions are counted against. It counts for plans whose periods have the same days.',
  fields: {
    user: ref('User', { describes: 'Who.' }),
    from: date({ describes: 'The first day.' }),
    to: date({ describes: 'The last day.' }),
    amount: money({ describes: 'How much, without taxes.' }),
    note: optional(text({ max: 500, describes: 'What it rests on.' })),
  },
  owner: ownedBy('user'),
  keys: { byUser: { gsi: 2, sort: 'from' }, all: { gsi: 3, sort: 'from' } },
  defaults: ['create', 'update', 'archive'],
  timeline: ['id'],
  title: ({ from, to }) => `${from} - ${to}`,
  check: ({ from, to, amount }) => [
    ...(to < from ? [{ code: 'BAD_INPUT', message: 'It ends before it starts.', path: ['to'] }] : []),
    ...(amount.minor <= 0 ? [{ code: 'BAD_INPUT', message: 'A target is more than nothing.', path: ['amount'] }] : []),
  ],
});

/** A target, as code sees it. */
export type SalesTargetRow = Row<typeof SalesTarget>;
