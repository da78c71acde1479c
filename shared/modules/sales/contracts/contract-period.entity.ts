import {
  date,
  decimal,
  derived,
  entity,
  inheritsFrom,
  integer,
  link,
  money,
  object,
  parts,
  ref,
  text,
  type Row,
} from '#kernel';
import { documentTotals, pricedLine } from '#modules/catalog/pricing';

/** What of a contract is to be billed at once. */
export const ContractPeriod = entity('ContractPeriod', {
  idPrefix: 'ctp',
  describes:
    'A period of a contract that is due to be billed, with its lines at the prices of its first day. The next one comes about when its day has come.',
  fields: {
    contract: ref('Contract', { describes: 'Of which contract.' }),
    account: ref('Account', { describes: 'Who is billed.' }),
    from: derived(date({ describes: 'Its first day.' })),
    to: derived(date({ describes: 'Its last day.' })),
    key: derived(text({ max: 60, unique: true, describes: 'Contract and first day: there is one for each.' })),
    days: derived(integer({ min: 1, describes: 'How many days it covers.' })),
    ofDays: derived(integer({ min: 1, describes: 'How many days a whole period has there.' })),
    share: derived(decimal({ describes: 'Which part of a whole period it is: 1, or less at the begin and the end.' })),
    billOn: derived(date({ describes: 'The day on which it is billed.' })),
    currency: derived(text({ min: 3, max: 3, describes: 'ISO 4217.' })),
    lines: derived(parts('ContractPeriodLine', pricedLine, { describes: 'What is billed.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What the lines come to.' })),
    total: derived(money({ describes: 'What it costs, with taxes.' })),
  },
  owner: inheritsFrom('contract'),
  keys: {
    byContract: { gsi: 1, of: 'contract', sort: 'from', on: 'Contract.periods' },
    all: { gsi: 3, sort: 'from', shards: 4 },
    byAccount: link('account', 'from', 'Account.contractPeriods'),
  },
  defaults: [],
  timeline: ['id', 'contract', 'account'],
  title: ({ from, to }) => `${from} – ${to}`,
  events: { cameDue: 'It is to be billed.' },
});

/** A period, as code sees it. */
export type ContractPeriodRow = Row<typeof ContractPeriod>;
