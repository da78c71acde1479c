import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
/** The ERP: a key of its own, with the rights of an administrator. */
let erp: Caller;
let seller: Caller;
beforeAll(async () => {
  selling = await startSelling();
  erp = { key: selling.cloud.ready().key };
  seller = await selling.tokenOf('seller');
}, 60_000);
afterAll(() => selling.cloud.stop());

type Result = {
  readonly externalId: string;
  readonly status: string;
  readonly record?: string | null;
  readonly ignored: readonly string[];
  readonly code?: string | null;
};
const text = `mutation($input: PushRecordsInput!) { pushRecords(input: $input) {
  results { externalId status record ignored code message } userErrors { code message } } }`;

const push = async (kind: string, rows: readonly object[], more: object = {}): Promise<readonly Result[]> => {
  const { pushRecords } = await selling.ask<{
    pushRecords: { results: readonly Result[]; userErrors: readonly { code: string; message: string }[] };
  }>(text, { input: { system: 'erp', kind, rows, ...more } }, erp);
  if (pushRecords.userErrors.length > 0) throw new Error(JSON.stringify(pushRecords.userErrors));
  return pushRecords.results;
};
const statuses = (results: readonly Result[]) => results.map(({ status }) => status);
const accountOf = async (id: string) => {
  const { account } = await selling.ask<{ account: Readonly<Record<string, unknown>> }>(
    'query($id: ID!) { account(id: $id) { id version name legalName kinds paymentDays lifecycle sector creditLimit { amount } } }',
    { id },
    erp,
  );
  return account;
};

const customers = Array.from({ length: 40 }, (_, index) => ({
  externalId: `C${String(index + 1)}`,
  values: { name: `Cliente ${String(index + 1)}`, legalName: `Cliente ${String(index + 1)} S.A.`, paymentDays: 30 },
}));

describe('an ERP', () => {
  let made: readonly Result[];

  it('ENT-04 INT-01 makes an account of each new customer at once; the same push again changes nothing', async () => {
    made = await push('CUSTOMERS', customers);
    expect(statuses(made)).toEqual(customers.map(() => 'CREATED'));
    expect(await accountOf(made[0]?.record ?? '')).toMatchObject({ kinds: ['CUSTOMER'], lifecycle: 'CUSTOMER' });
    expect(statuses(await push('CUSTOMERS', customers))).toEqual(customers.map(() => 'UNCHANGED'));
    const supplier = await push('SUPPLIERS', [{ externalId: 'C1', values: {} }]);
    expect(supplier).toMatchObject([{ status: 'UPDATED', record: made[0]?.record }]);
    expect((await accountOf(made[0]?.record ?? ''))['kinds']).toEqual(['CUSTOMER', 'SUPPLIER']);
  });

  it('INT-01 never overwrites what the CRM owns, and takes what it owns itself', async () => {
    const id = made[1]?.record ?? '';
    const { version } = await accountOf(id);
    await selling.act(
      'updateAccount',
      { id, version, name: 'El Ancla', sector: 'RETAIL' },
      'account { id version }',
      erp,
    );
    const [changed] = await push('CUSTOMERS', [
      { externalId: 'C2', values: { name: 'Cliente 2', legalName: 'Ancla y Cía.', paymentDays: 60 } },
    ]);
    expect(changed).toMatchObject({ status: 'UPDATED', ignored: ['name'] });
    expect(await accountOf(id)).toMatchObject({ name: 'El Ancla', legalName: 'Ancla y Cía.', paymentDays: 60 });
    await selling.act(
      'setFieldOwner',
      { type: 'Account', system: 'erp', fields: ['name'] },
      'fieldOwnership { id version }',
      erp,
    );
    await push('CUSTOMERS', [{ externalId: 'C2', values: { name: 'Cliente 2', paymentDays: 90 } }]);
    expect(await accountOf(id)).toMatchObject({ name: 'Cliente 2', paymentDays: 60 });
    const refused = selling.act(
      'setFieldOwner',
      { type: 'Account', system: 'shop', fields: ['name'] },
      'fieldOwnership { id version }',
      erp,
    );
    await expect(refused).rejects.toThrow('FIELD_OWNED');
    await selling.act(
      'setFieldOwner',
      { type: 'Account', system: 'erp', fields: ['legalName', 'taxId', 'paymentDays', 'creditLimit'] },
      'fieldOwnership { id version }',
      erp,
    );
  });

  it('INT-07 one bad row fails alone, with its reason; terms and prices change only what is there', async () => {
    const mixed = await push('CUSTOMERS', [
      { externalId: 'D1', values: { name: 'Bueno' } },
      { externalId: 'D2', values: { name: 'Malo', paymentDays: -1 } },
      { externalId: 'D1', values: { name: 'Otra vez' } },
      { externalId: 'D3', values: { name: 'Raro', unheard: 1 } },
    ]);
    expect(mixed.map(({ status, code }) => [status, code ?? null])).toEqual([
      ['CREATED', null],
      ['FAILED', 'BAD_INPUT'],
      ['FAILED', 'DUPLICATE_ROW'],
      ['FAILED', 'BAD_INPUT'],
    ]);
    const terms = await push('TERMS', [
      { externalId: 'C3', values: { creditLimit: { amount: '5000', currency: 'USD' } } },
      { externalId: 'nobody', values: { paymentDays: 5 } },
    ]);
    expect(terms.map(({ status, code }) => [status, code ?? null])).toEqual([
      ['UPDATED', null],
      ['FAILED', 'NOT_FOUND'],
    ]);
    await expect(push('DRAGONS', [])).rejects.toThrow('There is no kind DRAGONS');
  });

  it('INT-01 tells of price lists and what is in them, once however often', async () => {
    await push('PRODUCTS', [{ externalId: 'P9', values: { sku: 'MESA-1', name: 'Mesa' } }]);
    await push('PRICE_LISTS', [{ externalId: 'MAYOR', values: { name: 'Mayoristas', currency: 'USD' } }]);
    const [list, product] = [{ externalId: 'MAYOR' }, { externalId: 'P9' }];
    const prices = (price: string) =>
      push('LIST_PRICES', [
        { externalId: 'MAYOR/P9', values: { list, product, entries: [{ price, minQuantity: '10' }] } },
      ]);
    expect(statuses(await prices('80'))).toEqual(['CREATED']);
    expect(statuses(await prices('80'))).toEqual(['UNCHANGED']);
    expect(statuses(await prices('75'))).toEqual(['UPDATED']);
    const found = await selling.ask<{ prices: { nodes: readonly object[] } }>(
      '{ prices { nodes { list { name } product { sku } entries { price minQuantity } } } }',
      {},
      erp,
    );
    expect(found.prices.nodes).toEqual([
      { list: { name: 'Mayoristas' }, product: { sku: 'MESA-1' }, entries: [{ price: '75', minQuantity: '10' }] },
    ]);
    await push('CUSTOMERS', [{ externalId: 'C9', values: { name: 'Cliente especial' } }]);
    const special = (price: string) =>
      push('SPECIAL_PRICES', [
        { externalId: 'C9/P9', values: { account: { externalId: 'C9' }, product, entries: [{ price }] } },
      ]);
    expect(statuses(await special('70'))).toEqual(['CREATED']);
    expect(statuses(await special('70'))).toEqual(['UNCHANGED']);
    expect(statuses(await special('65'))).toEqual(['UPDATED']);
  });

  it('INT-05 ORD-14 tells of stock, orders, invoices and payments, and the seller sees what a customer buys and owes', async () => {
    const price = { amount: '10', currency: 'USD' };
    await push('PRODUCTS', [{ externalId: 'P1', values: { sku: 'SILLA-1', name: 'Silla', unit: 'unit' } }]);
    expect(statuses(await push('PRICES', [{ externalId: 'P1', values: { listPrice: price } }]))).toEqual(['UPDATED']);
    const product = { externalId: 'P1' };
    await push('STOCK', [
      {
        externalId: 'P1@QUITO',
        values: { product, warehouse: 'QUITO', onHand: '12', reserved: '5', countedAt: '2026-11-20T10:00:00Z' },
      },
    ]);
    const { products } = await selling.ask<{ products: { nodes: readonly { id: string; sku: string }[] } }>(
      '{ products(first: 50) { nodes { id sku } } }',
    );
    const silla = products.nodes.find(({ sku }) => sku === 'SILLA-1')?.id;
    const { availability } = await selling.ask<{ availability: { levels: readonly object[] } }>(
      'query($products: [ID!]!) { availability(products: $products) { levels { warehouse onHand reserved free } } }',
      { products: [silla] },
      seller,
    );
    expect(availability.levels).toEqual([{ warehouse: 'QUITO', onHand: '12', reserved: '5', free: '7' }]);
    // The seller's own account becomes one of the ERP's by its tax number.
    const { id: own } = await selling.act(
      'createAccount',
      { name: 'Hotel Sol', taxId: '1790012345001' },
      'account { id version }',
      seller,
    );
    const [linked] = await push('CUSTOMERS', [
      { externalId: 'H1', values: { taxId: '1790012345001', paymentDays: 45 } },
    ]);
    expect(linked).toMatchObject({ status: 'UPDATED', record: own });
    const usd = (amount: string) => ({ amount, currency: 'USD' });
    const account = { externalId: 'H1' };
    const invoices = [
      {
        externalId: 'F1',
        values: {
          ...{
            account,
            number: '001-001-1',
            issuedOn: '2026-10-05',
            dueOn: '2026-10-20',
            total: usd('100'),
            openAmount: usd('40'),
          },
          lines: [{ product, description: 'Silla', quantity: '10', total: usd('100') }],
        },
      },
      {
        externalId: 'F2',
        values: { account, number: '001-001-2', issuedOn: '2026-11-05', dueOn: '2099-01-01', total: usd('50') },
      },
    ];
    expect(statuses(await push('INVOICES', invoices))).toEqual(['CREATED', 'CREATED']);
    await push('PAYMENTS', [
      { externalId: 'R1', values: { account, number: 'R-1', issuedOn: '2026-10-18', total: usd('60') } },
    ]);
    await selling.cloud.idle();
    const history = `query($account: ID!) { salesHistory(account: $account) {
      months { month invoiced { amount } paid { amount } } owed { open { amount } overdue { amount } } documents { number type } } }`;
    const read = (caller: Caller) =>
      selling.ask<{ salesHistory: Readonly<Record<string, unknown>> }>(history, { account: own }, caller);
    expect((await read(seller)).salesHistory).toEqual({
      months: [
        { month: '2026-11', invoiced: { amount: '50.00' }, paid: { amount: '0.00' } },
        { month: '2026-10', invoiced: { amount: '100.00' }, paid: { amount: '60.00' } },
      ],
      owed: [{ open: { amount: '90.00' }, overdue: { amount: '40.00' } }],
      documents: [
        { number: '001-001-2', type: 'INVOICE' },
        { number: 'R-1', type: 'PAYMENT' },
        { number: '001-001-1', type: 'INVOICE' },
      ],
    });
    // Paid meanwhile: the same invoice again, and nothing is owed of it.
    const [paid] = invoices;
    await push('INVOICES', [{ externalId: 'F1', values: { ...paid?.values, openAmount: usd('0') } }]);
    await selling.cloud.idle();
    expect((await read(seller)).salesHistory['owed']).toEqual([
      { open: { amount: '50.00' }, overdue: { amount: '0.00' } },
    ]);
    const refused = selling.ask(text, { input: { system: 'erp', kind: 'INVOICES', rows: invoices } }, seller);
    await expect(refused).rejects.toThrow('FORBIDDEN');
  });

  it('ENT-13 facts from outside are kept as they came, with source and time, once', async () => {
    const facts = [
      {
        record: made[0]?.record,
        key: 'spendingLevel',
        value: { band: 'HIGH', score: 81 },
        observedAt: '2026-11-01T00:00:00Z',
      },
      { record: made[0]?.record, key: 'note', words: 'Dueño de dos almacenes.', observedAt: '2026-11-01T00:00:00Z' },
      { record: 'acc_00000000000000000000000000', key: 'note', words: '?', observedAt: '2026-11-01T00:00:00Z' },
    ];
    const send = async () =>
      (
        await selling.ask<{ pushFacts: { results: readonly { status: string; code: string | null }[] } }>(
          'mutation($input: PushFactsInput!) { pushFacts(input: $input) { results { status code } userErrors { code } } }',
          { input: { source: 'bureau', facts } },
          erp,
        )
      ).pushFacts.results.map(({ status }) => status);
    expect(await send()).toEqual(['CREATED', 'CREATED', 'FAILED']);
    expect(await send()).toEqual(['UNCHANGED', 'UNCHANGED', 'FAILED']);
    const { outsideFacts } = await selling.ask<{ outsideFacts: { nodes: readonly object[] } }>(
      'query($record: ID!) { outsideFacts(where: { record: { eq: $record } }) { nodes { source key value } } }',
      { record: made[0]?.record },
      erp,
    );
    expect(outsideFacts.nodes).toContainEqual({
      source: 'bureau',
      key: 'spendingLevel',
      value: { band: 'HIGH', score: 81 },
    });
  });

  it('INT-01 takes a thousand rows in a call, no more, and answers a repetition as it answered at first', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      externalId: `M${String(index)}`,
      values: { name: `Masivo ${String(index)}` },
    }));
    expect(new Set(statuses(await push('CUSTOMERS', rows)))).toEqual(new Set(['CREATED']));
    await expect(push('CUSTOMERS', [...rows, { externalId: 'x', values: {} }])).rejects.toThrow(/1000|BAD/);
    const few = { rows: [{ externalId: 'N1', values: { name: 'Nuevo' } }], idempotencyKey: 'night-run-1' };
    expect(statuses(await push('CUSTOMERS', [], few))).toEqual(['CREATED']);
    expect(statuses(await push('CUSTOMERS', [], few))).toEqual(['CREATED']);
  });
});
