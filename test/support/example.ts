// A small product for tests of the kernel and the compiler: customers, and offers with lines that are accepted.
import {
  boolean,
  choice,
  creation,
  date,
  decimal,
  defaulted,
  derived,
  derivedOptional,
  entity,
  inheritsFrom,
  integer,
  link,
  list,
  module,
  money,
  multiply,
  mutation,
  noOwner,
  object,
  optional,
  ownedBy,
  parts,
  percent,
  projection,
  reaction,
  ref,
  rollup,
  sum,
  tags,
  text,
  timer,
  type DomainEvent,
  type Module,
} from '#kernel';

/** People of the example. */
export const User = entity('User', {
  idPrefix: 'usr',
  describes: 'A person who works with the product.',
  fields: { name: text({ describes: 'Full name.' }) },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: (row) => row.name,
});

/** Whom offers are made to. */
export const Customer = entity('Customer', {
  idPrefix: 'cus',
  describes: 'A company that offers are made to.',
  fields: {
    name: text({ describes: 'Its name.', search: 'words' }),
    taxId: optional(text({ describes: 'Tax id, unique.', unique: true, search: 'digits', max: 20 })),
    code: optional(text({ describes: 'Code in the old system.', max: 40 })),
    owner: optional(ref('User', { describes: 'Who handles it.' })),
    parent: optional(ref('Customer', { describes: 'The group it belongs to.' })),
    labels: defaulted(tags({ describes: 'Free labels.' }), []),
    limit: optional(money({ describes: 'Credit limit.' })),
    discount: optional(percent({ describes: 'Usual discount.' })),
    site: optional(
      object(
        'Site',
        { city: text({ describes: 'City.' }), floors: optional(integer({ describes: 'Floors.' })) },
        { describes: 'Where it is.' },
      ),
    ),
    isKey: defaulted(boolean({ describes: 'A key customer.' }), false),
  },
  owner: ownedBy('owner'),
  keys: {
    byOwner: { gsi: 2, sort: 'createdAt' },
    all: { gsi: 3, sort: 'name', shards: 4 },
    byCode: { gsi: 5, of: 'code' },
    byParent: link('parent', 'name', 'Customer.children'),
  },
  defaults: ['create', 'update', 'archive', 'restore'],
  timeline: ['id'],
  title: (row) => row.name,
});

const lineFields = {
  product: text({ describes: 'What.' }),
  quantity: decimal({ describes: 'How many.', min: '0' }),
  price: money({ describes: 'Price of one.' }),
};

/** An offer with lines. */
export const Offer = entity('Offer', {
  idPrefix: 'off',
  describes: 'An offer of products until a day.',
  fields: {
    customer: ref('Customer', { describes: 'To whom.' }),
    referrer: optional(ref('Customer', { describes: 'Who brought it.' })),
    validUntil: date({ describes: 'Last day.' }),
    channel: defaulted(choice(['SHOP', 'WEB'], { describes: 'Where it was made.' }), 'SHOP'),
    lines: parts('OfferLine', lineFields, { describes: 'What is offered.' }),
    watchers: defaulted(list(ref('User'), { describes: 'Who is told.' }), []),
    total: derived(money({ describes: 'Sum of the lines.' })),
    acceptedOn: derivedOptional(date({ describes: 'When it was accepted.' })),
  },
  states: {
    field: 'status',
    initial: 'DRAFT',
    moves: { DRAFT: ['SENT'], SENT: ['ACCEPTED', 'EXPIRED'], ACCEPTED: [], EXPIRED: [] },
    frozenIn: ['ACCEPTED', 'EXPIRED'],
    closedIn: ['ACCEPTED', 'EXPIRED'],
  },
  owner: inheritsFrom('customer'),
  keys: {
    byCustomer: { gsi: 1, of: 'customer', sort: 'createdAt', on: 'Customer.offers', openFirst: true },
    byOwner: { gsi: 2, sort: 'validUntil' },
    all: { gsi: 3, sort: 'createdAt' },
    byStatus: { gsi: 4, of: 'status', sort: 'validUntil' },
    byReferrer: link('referrer', 'createdAt', 'Customer.referredOffers'),
  },
  defaults: ['create', 'update', 'archive'],
  timeline: ['id', 'customer'],
  title: (row) => `Offer until ${row.validUntil}`,
  prepare: ({ lines }) => ({
    total: sum(
      lines.map((line) => multiply(line.price, line.quantity)),
      lines[0]?.price.currency ?? 'USD',
    ),
  }),
  check: ({ validUntil, createdAt }) =>
    validUntil < createdAt.slice(0, 10)
      ? [{ code: 'BAD_INPUT', message: 'The last day has passed.', path: ['validUntil'] }]
      : [],
  dueAt: (row) => (row.status === 'SENT' ? `${row.validUntil}T23:59:00.000Z` : undefined),
});

const own = {
  id: ref('Offer', { describes: 'Which offer.' }),
  version: optional(integer({ describes: 'Version that was read.' })),
};

export const sendOffer = mutation('sendOffer', {
  describes: 'Sends an offer to its customer.',
  needs: 'offer.send',
  input: own,
  returns: Offer,
  run: async ({ id }, { data }) => data(Offer).move(await data(Offer).get(id), 'SENT'),
});

export const acceptOffer = mutation('acceptOffer', {
  describes: 'The customer takes the offer.',
  needs: 'offer.accept',
  input: own,
  returns: Offer,
  fails: ['OFFER_EXPIRED'],
  run: async ({ id }, { data, clock }) =>
    data(Offer).move(await data(Offer).get(id), 'ACCEPTED', { acceptedOn: clock.today() }),
});

/** Two rows at once: a customer with a first offer. */
export const openCustomer = creation(Customer, 'openCustomer', {
  describes: 'Makes a customer with a first offer.',
  needs: 'customer.create',
  input: { validUntil: date({ describes: 'Last day of the offer.' }) },
  returns: { customer: refTo('Customer'), offer: refTo('Offer') },
  run: ({ values, validUntil }, { data }) => {
    const customer = data(Customer).create(values);
    const offer = data(Offer).create({ customer: customer.id, validUntil, lines: [] });
    return Promise.resolve({ customer: customer as never, offer: offer as never });
  },
});

function refTo(name: string) {
  return ref(name, { describes: 'The record.' });
}

/** Counts acceptances on the customer, by a reaction. */
export const markKeyCustomers = reaction('markKeyCustomers', {
  describes: 'A customer who accepted an offer is a key customer.',
  on: ['offer.accepted'],
  run: async (event: DomainEvent, { data }) => {
    const customer = await data(Customer).get(String(event.data?.['customer']));
    data(Customer).update(customer, { isKey: true });
  },
});

export const offersByStatus = rollup('offersByStatus', {
  describes: 'Offers and their amounts by status.',
  of: Offer,
  shards: 2,
  contributions: (row) =>
    row.archivedAt === undefined
      ? [{ partition: 'all', cell: row.status, amounts: { count: 1, amount: row.total.minor } }]
      : [],
});

export const labelsOfCustomers = projection('labelsOfCustomers', {
  describes: 'Customers by label.',
  of: ['Customer'],
  items: (row) =>
    row.archivedAt === undefined
      ? (row['labels'] as readonly string[]).map((label) => ({
          partition: `label#${label}`,
          sort: row.id,
          attributes: { name: row['name'] },
        }))
      : [],
});

export const expireOffers = timer(Offer, {
  describes: 'A sent offer expires after its last day.',
  run: (row, { data }) => {
    data(Offer).move(row, 'EXPIRED');
    return Promise.resolve();
  },
});

/** The example as modules. */
export const exampleModules: readonly Module[] = [
  module('platform/people', { entities: [User] }),
  module('sales/offers', {
    entities: [Customer, Offer],
    operations: [sendOffer, acceptOffer, openCustomer],
    reactions: [markKeyCustomers],
    rollups: [offersByStatus],
    projections: [labelsOfCustomers],
    timers: [expireOffers],
  }),
];
