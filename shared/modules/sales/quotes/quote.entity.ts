import {
  boolean,
  choice,
  date,
  dateTime,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  file,
  integer,
  link,
  list,
  longText,
  money,
  object,
  optional,
  ownedBy,
  parts,
  ref,
  text,
  type Row,
  type Values,
} from '#kernel';
import { isReplaced, primaryPlace } from './quote.rules.ts';
import { documentTotals, headerDiscount, pricedLine } from '#modules/catalog/pricing';

/** What a line of a quote says besides its price: whether the customer may leave it, or chooses among several. */
export const choiceFields = {
  isOptional: defaulted(
    boolean({ describes: 'Whether the customer may leave it; it counts once it is chosen.' }),
    false,
  ),
  alternative: optional(
    text({
      max: 40,
      describes: 'Lines with the same word exclude each other: the chosen one counts, the first when none is.',
    }),
  ),
  isChosen: optional(boolean({ describes: 'Whether an optional line, or this one of several, is chosen.' })),
  pictures: optional(
    list(file(), {
      max: 5,
      describes: 'Pictures on the document, PNG or JPEG; the first of the product when absent, none when empty.',
    }),
  ),
};

const quoteLine = {
  ...pricedLine,
  ...choiceFields,
  counts: boolean({ describes: 'Whether it is in the total.' }),
  converted: decimal({ min: '0', describes: 'How many of it went into orders, contracts and invoices.' }),
};
/** A line, as code sees it. */
export type QuoteLine = Values<typeof quoteLine>;

/** An offer of products at a price, valid until a day. */
export const Quote = entity('Quote', {
  idPrefix: 'quo',
  describes:
    'An offer of products and services at a price, valid until a day. A version that was sent does not change any more; another version takes its place.',
  fields: {
    account: ref('Account', { describes: 'To whom it is made.' }),
    contact: optional(ref('Contact', { describes: 'Who gets it and decides.' })),
    opportunity: optional(ref('Opportunity', { describes: 'The sale that it is for.' })),
    activity: optional(ref('Activity', { describes: 'The call or visit in which it was made.' })),
    subject: text({ min: 1, max: 200, search: 'words', describes: 'What it is about; its heading.' }),
    locale: optional(choice(['es', 'en'], { named: 'Locale', describes: 'Its language; the contact’s when absent.' })),
    currency: optional(
      text({ min: 3, max: 3, pattern: /^[A-Z]{3}$/, describes: 'ISO 4217; the tenant’s own when absent.' }),
    ),
    validUntil: date({ describes: 'The last day on which it can be accepted.' }),
    introduction: optional(longText({ max: 5000, describes: 'What is said before the lines.' })),
    terms: optional(longText({ max: 5000, describes: 'Payment, delivery and the like, in words.' })),
    clauses: defaulted(
      list(longText({ max: 2000 }), { max: 50, describes: 'Conditions, numbered on the document.' }),
      [],
    ),
    priceList: optional(ref('PriceList', { describes: 'In place of the customer’s own list.' })),
    channel: optional(text({ max: 40, describes: 'The channel of the sale.' })),
    warehouse: optional(text({ max: 80, describes: 'From where it would leave.' })),
    coupons: defaulted(list(text({ max: 40 }), { max: 10, describes: 'Words of promotions.' }), []),
    headerDiscounts: defaulted(list(headerDiscount, { max: 5, describes: 'Discounts on the whole of it.' }), []),
    owner: optional(ref('User', { describes: 'Who makes the offer.' })),
    team: optional(ref('Team', { describes: 'The team of the offer.' })),
    number: derived(text({ max: 40, search: 'words', describes: 'Its number, the same for all versions.' })),
    revision: derived(integer({ min: 1, describes: 'Which version it is, from 1.' })),
    name: derived(text({ max: 60, unique: true, describes: 'Number and version in one: `Q-000123/2`.' })),
    previous: derivedOptional(ref('Quote', { describes: 'The version whose place it took.' })),
    isPrimary: derived(boolean({ describes: 'Whether its total is the amount of its opportunity.' })),
    primaryFor: derivedOptional(
      text({ max: 40, unique: true, describes: 'The opportunity whose amount its total is; one offer for each.' }),
    ),
    pricedOn: derived(date({ describes: 'The day whose prices and taxes it has.' })),
    lines: derived(parts('QuoteLine', quoteLine, { describes: 'What is offered.' })),
    totals: derived(object('DocumentTotals', documentTotals, { describes: 'What the lines that count come to.' })),
    total: derived(money({ describes: 'What it costs, with taxes.' })),
    pdf: derivedOptional(ref('File', { describes: 'The document as it was sent.' })),
    pdfSha256: derivedOptional(text({ max: 64, describes: 'SHA-256 of the document as it was sent, in hex.' })),
    sentAt: derivedOptional(dateTime({ describes: 'When it was sent.' })),
    openUntil: derivedOptional(dateTime({ describes: 'When it can no longer be accepted.' })),
    viewedAt: derivedOptional(dateTime({ describes: 'When its link was opened first.' })),
    decidedAt: derivedOptional(dateTime({ describes: 'When the customer decided.' })),
    decidedBy: derivedOptional(text({ max: 200, describes: 'Who decided on the customer’s side.' })),
    reason: derivedOptional(text({ max: 500, describes: 'Why it was declined or cancelled.' })),
    signature: derivedOptional(
      ref('Signature', { describes: 'The signature that is asked for with it, or by which it was accepted.' }),
    ),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: {
      DRAFT: ['PENDING_APPROVAL', 'SENT', 'SUPERSEDED', 'CANCELLED'],
      PENDING_APPROVAL: ['APPROVED', 'DRAFT', 'SUPERSEDED', 'CANCELLED'],
      APPROVED: ['SENT', 'SUPERSEDED', 'CANCELLED'],
      SENT: ['VIEWED', 'ACCEPTED', 'REJECTED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED'],
      VIEWED: ['ACCEPTED', 'REJECTED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED'],
      ACCEPTED: ['CONVERTED'],
      CONVERTED: [],
      REJECTED: ['SUPERSEDED'],
      EXPIRED: ['SUPERSEDED'],
      SUPERSEDED: [],
      CANCELLED: [],
    },
    frozenIn: ['SENT', 'VIEWED', 'ACCEPTED', 'CONVERTED', 'REJECTED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED'],
    closedIn: ['ACCEPTED', 'CONVERTED', 'REJECTED', 'EXPIRED', 'SUPERSEDED', 'CANCELLED'],
  },
  owner: ownedBy('owner', 'team', 'account'),
  keys: {
    byAccount: { gsi: 1, of: 'account', sort: 'createdAt', as: 'doc', openFirst: true, on: 'Account.quotes' },
    byOwner: { gsi: 2, sort: 'validUntil' },
    all: { gsi: 3, sort: 'createdAt', shards: 4 },
    byStatus: { gsi: 4, of: 'status', sort: 'validUntil' },
    byNumber: { gsi: 5, of: 'number' },
    byOpportunity: link('opportunity', 'createdAt', 'Opportunity.quotes'),
    byActivity: link('activity', 'createdAt', 'Activity.quotes'),
  },
  defaults: [],
  timeline: ['id', 'account', 'contact', 'opportunity', 'activity'],
  title: ({ name, subject }) => `${name} ${subject}`,
  prepare: ({ isPrimary, opportunity, status }) => primaryPlace(isPrimary && !isReplaced(status), opportunity),
  events: { promoted: 'Its total became the amount of its opportunity.' },
  dueAt: ({ status, openUntil }) => (status === 'SENT' || status === 'VIEWED' ? openUntil : undefined),
});

/** A quote, as code sees it. */
export type QuoteRow = Row<typeof Quote>;
