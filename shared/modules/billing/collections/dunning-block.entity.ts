import { date, derived, derivedOptional, entity, inheritsFrom, ref, text, type Row } from '#kernel';

/** An account that can order nothing until somebody lets it. */
export const DunningBlock = entity('DunningBlock', {
  idPrefix: 'dnb',
  describes:
    'An account cannot order since it left a last letter unanswered, until somebody releases it with a reason.',
  fields: {
    account: ref('Account', { describes: 'Which account.' }),
    reason: text({ min: 1, max: 500, describes: 'Why.' }),
    since: derived(date({ describes: 'Since when.' })),
    blockedFor: derivedOptional(
      text({ max: 40, unique: true, describes: 'The account, while it is blocked: there is one block.' }),
    ),
    releasedOn: derivedOptional(date({ describes: 'When it was released.' })),
    releasedBy: derivedOptional(ref('User', { describes: 'Who released it.' })),
    releaseReason: derivedOptional(text({ max: 500, describes: 'Why it was released.' })),
  },
  states: {
    field: 'status',
    initial: 'ACTIVE',
    moves: { ACTIVE: ['RELEASED'], RELEASED: [] },
    frozenIn: ['RELEASED'],
    closedIn: ['RELEASED'],
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'since', on: 'Account.dunningBlocks', openFirst: true },
    all: { gsi: 3, sort: 'since' },
    byStatus: { gsi: 4, of: 'status', sort: 'since' },
  },
  defaults: [],
  timeline: ['id', 'account'],
  title: ({ since, reason }) => `${since} ${reason}`,
  prepare: ({ status, account }) => ({ blockedFor: status === 'ACTIVE' ? account : null }),
});
/** A block, as code sees it. */
export type DunningBlockRow = Row<typeof DunningBlock>;
