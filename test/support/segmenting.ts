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
};

/** Starts a cloud with two pharmacies and a bank of the seller, and a pharmacy that the seller does not see. */
export const startSegmenting = async (): Promise<Segmenting> => {
  const selling = await startSelling();
  const { cloud, ask, act, tokenOf } = selling;
  const roles = ['administrator', 'manager', 'seller', 'support'] as const;
  const tokens = await Promise.all(roles.map(async (role) => [role, await tokenOf(role)] as const));
  const callers = Object.fromEntries(tokens) as Segmenting['callers'];
  const make: Segmenting['make'] = (name, input, word, caller) =>
    act<Made>(name, input, `${word} { id version }`, caller);
  const products = await stock(make);
  const accounts = await market(make, callers, products);
  await cloud.idle();
  const wordOf = (id = ''): string => Object.entries(accounts).find(([, account]) => account === id)?.[0] ?? id;
  return {
    ...selling,
    ...{ callers, accounts, products, make },
    define: async (where, more = {}, caller = callers.manager) => {
      const input = { name: 'Some', recordType: 'Account', ...(where && { where }), ...more };
      const segment = await make('createSegment', input, 'segment', caller);
      await cloud.idle();
      return segment;
    },
    membersOf: async ({ id }, caller = callers.administrator) => {
      const text = 'query($id: ID!) { segment(id: $id) { members(first: 100) { edges { node { subject { id } } } } } }';
      const { segment } = await ask<Members>(text, { id }, caller);
      return segment?.members.edges.map(({ node }) => wordOf(node.subject?.id)).sort();
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
  };
};

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
