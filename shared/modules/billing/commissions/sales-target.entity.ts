import { date, entity, money, optional, ownedBy, ref, text, type Row } from '#kernel';

/** What somebody is to sell in a period. */
export const SalesTarget = entity('SalesTarget', {
  idPrefix: 'stg',
  describes:
    'What a person or a team is to sell in a period, of all or of one product. That of a person for all is the quota that tiers and bonuses of commissions are counted against, for plans whose periods have the same days.',
  fields: {
    user: ref('User', { describes: 'Who; of the target of a team, who answers for it.' }),
    team: optional(
      ref('Team', { describes: 'The team whose people sell it together; whoever `user` is alone when absent.' }),
    ),
    product: optional(ref('Product', { describes: 'What is to be sold; everything when absent.' })),
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

/** Whether a target is of one person for all that is sold: what commissions are counted against. */
export const isPersonal = ({ team, product }: SalesTargetRow): boolean => team === undefined && product === undefined;
