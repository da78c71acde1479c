// A demo tenant with a small market, for acceptance tests of segments over the running cloud.
import type { Caller } from './cloud.ts';
import { startSelling, type Selling } from './selling.ts';

/** What a mutation answers of a record. */
export type Made = { readonly id: string; readonly version: number };

/** What tests of segments work with. Accounts and products are named by short words. */
export type Segmenting = Selling & {
  readonly callers: Readonly<Record<'administrator' | 'manager' | 'seller' | 'support', Caller>>;
  readonly accounts: Readonly<Record<string, string>>;
  readonly products: Readonly<Record<string, string>>;
  /** Calls a mutation that answers a record. */
  make(name: string, input: object, word: string, caller?: Caller): Promise<Made>;
  /** Makes a segment, by criteria unless told otherwise, and waits until it is filled. */
  define(where: object | undefined, more?: object, caller?: Caller): Promise<Made>;
  /** The accounts in a segment that somebody sees, by their words; undefined where there is no such segment. */
  membersOf(segment: Made, caller?: Caller): Promise<readonly string[] | undefined>;
  /** Changes an account, and waits until all has followed. */
  change(account: string, changes: object): Promise<void>;
  /** Invoices an account for a product. */
  invoice(account: string, product: string, issuedOn: string): Promise<Made>;
  /** The table of an export that the seller takes. */
  exported(input: object): Promise<string>;
  /** Who would be in a segment with these criteria. */
  preview(where: object, caller?: Caller, recordType?: string): Promise<Preview>;
  /** The events of a record, as the bus carries them. */
  eventsOf(record: string): Promise<readonly object[]>;
};

type Preview = {
  readonly count: number;
  readonly isComplete: boolean;
  readonly sample: readonly { readonly id: string }[];
};
type Market = Pick<Segmenting, 'callers' | 'accounts' | 'products' | 'make'>;

/** Starts a cloud with two pharmacies and a bank of the seller, and a pharmacy that the seller does not see. */
export const startSegmenting = async (): Promise<Segmenting> => {
  const selling = await startSelling();
  const { cloud, act, tokenOf } = selling;
  const roles = ['administrator', 'manager', 'seller', 'support'] as const;
  const tokens = await Promise.all(roles.map(async (role) => [role, await tokenOf(role)] as const));
  const callers = Object.fromEntries(tokens) as Segmenting['callers'];
  const make: Segmenting['make'] = (name, input, word, caller) =>
    act<Made>(name, input, `${word} { id version }`, caller);
  const products = await stock(make);
  const accounts = await market(make, callers, products);
  await cloud.idle();
  const there: Market = { callers, accounts, products, make };
  return { ...selling, ...there, ...changing(selling, there), ...reading(selling, there) };
};

/** What tests do. */
const changing = ({ cloud, ask }: Selling, { callers, accounts, products, make }: Market) => {
  const acts: Pick<Segmenting, 'define' | 'change' | 'invoice'> = {
    define: async (where, more = {}, caller = callers.manager) => {
      const input = { name: 'Some', recordType: 'Account', ...(where && { where }), ...more };
      const segment = await make('createSegment', input, 'segment', caller);
      await cloud.idle();
      return segment;
    },
    change: async (account, changes) => {
      const id = accounts[account];
      const found = await ask<{ account: Made }>('query($id: ID!) { account(id: $id) { version } }', { id });
      await make('updateAccount', { id, version: found.account.version, ...changes }, 'account');
      await cloud.idle();
    },
    invoice: (account, product, issuedOn) => {
      const lines = [{ product: products[product], description: product, quantity: '1' }];
      const bill = { type: 'INVOICE', number: `F-${issuedOn}`, issuedOn, total: { amount: '100.00', currency: 'USD' } };
      const input = { ...bill, lines, account: accounts[account] };
      return make('createOutsideDocument', input, 'outsideDocument', callers.administrator);
    },
  };
  return acts;
};

/** What tests look at. */
const reading = ({ cloud, ask }: Selling, { callers, accounts, make }: Market) => {
  const wordOf = (id = ''): string => Object.entries(accounts).find(([, account]) => account === id)?.[0] ?? id;
  const looks: Pick<Segmenting, 'membersOf' | 'exported' | 'preview' | 'eventsOf'> = {
    membersOf: async ({ id }, caller = callers.administrator) => {
      const text = 'query($id: ID!) { segment(id: $id) { members(first: 100) { edges { node { subject { id } } } } } }';
      const { segment } = await ask<Members>(text, { id }, caller);
      return segment?.members.edges.map(({ node }) => wordOf(node.subject?.id)).sort();
    },
    exported: async (input) => {
      const { id } = await make('startExport', input, 'export', callers.seller);
      await cloud.idle();
      const text = 'mutation($input: LinkExportInput!) { linkExport(input: $input) { url userErrors { code } } }';
      const { linkExport } = await ask<{ linkExport: { readonly url: string } }>(
        text,
        { input: { id } },
        callers.seller,
      );
      return (await (await fetch(linkExport.url)).text()).replace('\uFEFF', '');
    },
    preview: async (where, caller = callers.manager, recordType = 'Account') => {
      const text = `query($where: JSON!, $recordType: String!) {
        previewSegment(recordType: $recordType, where: $where, first: 5) {
          count examined isComplete sample { __typename ... on Account { id } ... on Contact { id } } } }`;
      return (await ask<{ previewSegment: Preview }>(text, { where, recordType }, caller)).previewSegment;
    },
    eventsOf: async (record) => {
      const { me, events } = await ask<Told>(eventsText, { of: [record] }, callers.administrator);
      return events.events.map(({ recordType, recordId, version, ...event }) => {
        const about = { tenant: me.tenant.id, schemaVersion: 1, record: { type: recordType, id: recordId, version } };
        return { source: 'lazo.crm', 'detail-type': event.type, detail: { ...event, ...about } };
      });
    },
  };
  return looks;
};

const eventsText = `query($of: [ID!]) { me { tenant { id } } events(first: 100, records: $of) {
  events { id type at actor recordType recordId version data changed sequence shard correlationId } } }`;
type Event = {
  readonly type: string;
  readonly recordType: string;
  readonly recordId: string;
  readonly version: number;
};
type Told = { readonly me: { readonly tenant: Made }; readonly events: { readonly events: readonly Event[] } };

type Edge = { readonly node: { readonly subject: { readonly id: string } | null } };
type Members = { readonly segment: { readonly members: { readonly edges: readonly Edge[] } } | null };

const stock = async (make: Segmenting['make']): Promise<Segmenting['products']> => {
  const characteristics = [{ name: 'colour', value: 'red' }];
  const cream = await make('createProduct', { sku: 'C', name: 'Crema', family: 'SKIN', characteristics }, 'product');
  const syrup = await make('createProduct', { sku: 'J', name: 'Jarabe', family: 'COUGH' }, 'product');
  return { cream: cream.id, syrup: syrup.id };
};

const market = async (
  make: Segmenting['make'],
  { administrator, seller }: Segmenting['callers'],
  { cream }: Segmenting['products'],
): Promise<Segmenting['accounts']> => {
  const sector = { list: 'SECTOR', key: 'PHARMACY', labels: { es: 'Farmacia', en: 'Pharmacy' } };
  await make('createListEntry', sector, 'listEntry');
  const tried = { recordType: 'Account', key: 'triedAt', kind: 'DATE_TIME', labels: { es: 'Probó', en: 'Tried' } };
  await make('createCustomField', tried, 'customField', administrator);
  const account = async (name: string, input: object, caller: Caller): Promise<string> =>
    (await make('createAccount', { name, ...input }, 'account', caller)).id;
  const shop = { sector: 'PHARMACY', source: 'FAIR', employees: 12 };
  const north = { ...shop, zone: 'Norte', ownZone: 'Ruta 1', paymentMethod: 'TRANSFER' };
  return {
    sol: await account('Sol', { ...north, interests: [{ product: cream, strength: 5 }] }, seller),
    luna: await account('Luna', { ...shop, zone: 'Sur', ownZone: 'Ruta 2', paymentMethod: 'CASH' }, seller),
    banco: await account('Banco', { zone: 'Norte', employees: 900 }, seller),
    hidden: await account('Of nobody the seller knows', north, administrator),
  };
};
