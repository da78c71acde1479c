import {
  boolean,
  date,
  derived,
  derivedOptional,
  defaulted,
  entity,
  integer,
  list,
  money,
  optional,
  ownedBy,
  parts,
  ref,
  text,
  choice,
  type Row,
  type Values,
} from '#kernel';
import { TradingAccount } from '#modules/sales/terms';

const groupFields = {
  key: text({ max: 60, describes: 'What its items have in common, as one word.' }),
  account: ref('Account', { describes: 'Who is invoiced.' }),
  items: list(ref('BillableItem'), { max: 100, describes: 'The items.' }),
  base: money({ describes: 'What they come to without taxes.' }),
  total: money({ describes: 'What they come to with taxes.' }),
  state: choice(['PLANNED', 'DRAFTED', 'ISSUED', 'FAILED'], {
    named: 'InvoicingGroupState',
    describes: 'What has become of it.',
  }),
  invoice: optional(ref('Invoice', { describes: 'Its invoice.' })),
  code: optional(text({ max: 60, describes: 'Why there is none.' })),
  message: optional(text({ max: 500, describes: 'The same in words.' })),
};
/** One invoice of a run. */
export type InvoicingGroup = Values<typeof groupFields>;

/** How what waits is made invoices: first as a preview, then in earnest. */
export const InvoicingRun = entity('InvoicingRun', {
  idPrefix: 'ivr',
  describes:
    'Invoices of all that waits, grouped as the customers want them: first as a preview that writes nothing else, then, once it is confirmed, in the background. What another run takes meanwhile is left to it.',
  fields: {
    readyUntil: optional(date({ describes: 'Only what may be invoiced since this day or before; today when absent.' })),
    account: optional(ref('Account', { describes: 'Only what this customer is invoiced.' })),
    groupBy: TradingAccount.fields.groupInvoicesBy,
    issues: defaulted(boolean({ describes: 'Whether the invoices are issued at once; drafts otherwise.' }), false),
    owner: optional(ref('User', { describes: 'Who runs it.' })),
    groups: derived(parts('InvoicingGroup', groupFields, { describes: 'The invoices that it makes, one each.' })),
    invoices: derived(integer({ min: 0, describes: 'How many invoices that is.' })),
    items: derived(integer({ min: 0, describes: 'How many items they hold.' })),
    blocked: derived(
      integer({ min: 0, describes: 'How many items were left out since something keeps them from it.' }),
    ),
    isComplete: derived(
      boolean({ describes: 'Whether all that waits was looked at; otherwise another run takes the rest.' }),
    ),
    failed: derivedOptional(integer({ min: 0, describes: 'How many invoices could not be made.' })),
    job: derivedOptional(ref('Job', { describes: 'The job that makes the invoices.' })),
  },
  states: {
    field: 'status',
    initial: 'PREVIEW',
    moves: { PREVIEW: ['RUNNING', 'CANCELLED'], RUNNING: ['DONE'], DONE: [], CANCELLED: [] },
    closedIn: ['DONE', 'CANCELLED'],
    verbs: { PREVIEW: 'previewed', RUNNING: 'started', DONE: 'completed' },
  },
  owner: ownedBy('owner'),
  keys: {
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'createdAt', keepsClosed: true },
  },
  defaults: [],
  title: ({ createdAt }) => createdAt.slice(0, 10),
});

/** A run, as code sees it. */
export type InvoicingRunRow = Row<typeof InvoicingRun>;
