import {
  boolean,
  choice,
  dateTime,
  defaulted,
  derived,
  derivedOptional,
  email,
  entity,
  inheritsFrom,
  integer,
  link,
  list,
  noOwner,
  optional,
  ref,
  text,
  type Row,
} from '#kernel';
import { wholesalerProblems } from './wholesaler.rules.ts';

/** A wholesaler who serves and invoices orders that our people take. */
export const Wholesaler = entity('Wholesaler', {
  idPrefix: 'who',
  describes:
    'A wholesaler who serves and invoices orders that our people take at the point of sale: how and when such transfer orders are handed over.',
  fields: {
    account: ref('Account', { describes: 'The wholesaler as a party.' }),
    name: text({ min: 1, max: 200, search: 'words', unique: true, describes: 'Its name among people.' }),
    channel: defaulted(
      choice(['EMAIL', 'FILE'], {
        named: 'TransferChannel',
        describes: 'Whether batches go by e-mail, or wait as a file to be fetched and handed over by other means.',
      }),
      'EMAIL',
    ),
    email: optional(email({ describes: 'Where batches go.' })),
    format: defaulted(
      choice(['CSV', 'XLSX'], { named: 'TransferFormat', describes: 'What kind of table a batch is.' }),
      'CSV',
    ),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language; the tenant’s when absent.' })),
    cutOffs: defaulted(
      list(text({ max: 5, pattern: /^([01]\d|2[0-3]):[0-5]\d$/, describes: 'A time: 17:00.' }), {
        max: 10,
        describes:
          'At which times of a day batches go; what is confirmed later goes with the next. None: only by hand.',
      }),
      ['17:00'],
    ),
    cutOffDays: defaulted(
      list(integer({ min: 1, max: 7, describes: '1 is Monday.' }), { max: 7, describes: 'On which days of the week.' }),
      [1, 2, 3, 4, 5],
    ),
    active: defaulted(boolean({ describes: 'Whether orders are handed over to it.' }), true),
    timeZone: derived(text({ max: 60, describes: 'The zone of its times: that of whoever noted it.' })),
    nextCutOffAt: derivedOptional(dateTime({ describes: 'When the next batch goes.' })),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' }, byAccount: link('account', 'createdAt', 'Account.wholesaling') },
  defaults: ['archive', 'restore'],
  timeline: ['id'],
  title: ({ name }) => name,
  check: (row) => wholesalerProblems(row),
  events: { dispatched: 'A batch of orders went to it.', failed: 'A batch could not go; somebody got a task.' },
  dueAt: ({ active, nextCutOffAt }) => (active ? nextCutOffAt : undefined),
});

/** A wholesaler, as code sees it. */
export type WholesalerRow = Row<typeof Wholesaler>;

/** By which number a wholesaler knows a customer of ours. */
export const WholesalerCode = entity('WholesalerCode', {
  idPrefix: 'whc',
  describes: 'The number by which a wholesaler knows a customer: without it no transfer order is handed over.',
  fields: {
    account: ref('Account', { describes: 'The customer.' }),
    wholesaler: ref('Wholesaler', { describes: 'The wholesaler.' }),
    code: text({ min: 1, max: 60, search: 'words', describes: 'The number of the customer there.' }),
    branch: optional(text({ max: 80, describes: 'The branch of the wholesaler that serves the customer.' })),
    place: derived(
      text({ max: 80, unique: true, describes: 'Wholesaler and customer: there is one number for each.' }),
    ),
  },
  owner: inheritsFrom('account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', on: 'Account.wholesalerCodes' },
    all: { gsi: 3, sort: 'createdAt' },
    byWholesaler: link('wholesaler', 'createdAt', 'Wholesaler.codes'),
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id', 'account'],
  title: ({ code }) => code,
  prepare: ({ wholesaler, account }) => ({ place: codePlace(wholesaler, account) }),
});

/** Where the number of a customer at a wholesaler stands. */
export const codePlace = (wholesaler: string, account: string): string => `${wholesaler}#${account}`;
