import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

type Transfer = Answered & { readonly status: string; readonly order: { readonly id: string } };

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
let olga: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { syrup: '', customer: '', wholesaler: '' };
const address = 'pedidos@mayorista.test';
const usd = (amount: string) => ({ amount, currency: 'USD' });

const fields = 'status number order { id } agreed { amount } servedNet { amount } compensation { amount }';
const ordered = async (quantity: string): Promise<Transfer> => {
  const lines = [{ product: ids.syrup, quantity, discounts: [{ kind: 'PERCENT', value: '20' }] }];
  const values = { account: ids.customer, type: 'TRANSFER', currency: 'USD', lines };
  const order = await act('createOrder', values, '', seller);
  return act<Transfer>('assignWholesaler', { order: order.id, wholesaler: ids.wholesaler }, fields, seller);
};
const step = (name: string, transfer: Answered, more: object = {}, caller = seller) =>
  act<Transfer>(name, { id: transfer.id, version: transfer.version, ...more }, fields, caller);
const read = async (id: string, caller = seller) =>
  (
    await ask<{ transferOrder: Transfer | null }>(
      `query($id: ID!) { transferOrder(id: $id) { id version ${fields} } }`,
      { id },
      caller,
    )
  ).transferOrder;
const dispatch = async (caller = manager): Promise<{ readonly number: string; readonly orders: number } | null> => {
  const text = `mutation($input: DispatchTransfersInput!) { done: dispatchTransfers(input: $input) { batch { number orders } userErrors { code } } }`;
  type Done = {
    readonly batch: { readonly number: string; readonly orders: number } | null;
    readonly userErrors: readonly { code: string }[];
  };
  const { done } = await ask<{ done: Done }>(text, { input: { wholesaler: ids.wholesaler } }, caller);
  if (done.userErrors.length > 0) throw new Error(done.userErrors.map(({ code }) => code).join());
  return done.batch;
};

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = [await signIn('seller'), await signIn('administrator')];
  olga = await startOtherTenant(cloud);
  ids.syrup = (await act('createProduct', { sku: 'JARABE', name: 'Jarabe', listPrice: usd('5') })).id;
  ids.customer = (await act('createAccount', { name: 'Farmacia Sol' }, '', seller)).id;
  const party = (await act('createAccount', { name: 'Mayorista', kinds: ['SUPPLIER'] }, '', manager)).id;
  const wholesaler = { account: party, name: 'Mayorista', email: address, cutOffs: [], locale: 'es' };
  ids.wholesaler = (await act('createWholesaler', wholesaler, '', manager)).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('transfer orders', () => {
  it('ORD-04 are taken by us, handed over in one batch, answered and served by the wholesaler, and settled by its claim', async () => {
    expect(await failing(ordered('1'))).toContain('WHOLESALER_CODE_MISSING');
    const other = { account: ids.customer, name: 'Otro', channel: 'FILE' };
    expect(await failing(act('createWholesaler', other, '', seller))).toContain('FORBIDDEN');
    const known = { account: ids.customer, wholesaler: ids.wholesaler, code: 'C-4711' };
    await act('createWholesalerCode', known, '', seller);
    const [first, second] = [await ordered('10'), await ordered('4')];
    expect(first).toMatchObject({ status: 'DRAFT', agreed: { amount: '40.00' } });
    const transfer = await step('confirmTransferOrder', first);
    await step('confirmTransferOrder', second);
    expect(await failing(step('confirmTransferOrder', first))).toContain('STALE_VERSION');

    expect(await failing(dispatch(seller))).toContain('FORBIDDEN');
    expect(await dispatch()).toMatchObject({ orders: 2 });
    expect(await dispatch()).toBeNull();
    await cloud.idle();
    const mails = await cloud.mailbox({ to: address });
    expect(mails).toHaveLength(1);
    const table = await fetch(new URL(mails[0]?.attachments[0]?.url ?? '', cloud.ready().mailbox));
    const rows = (await table.text()).trim().split('\r\n');
    expect(rows.slice(1).map((row) => row.split(',').slice(2, 4).concat(row.split(',').slice(9)))).toEqual([
      ['C-4711', 'Farmacia Sol', '10', 'unit', '5', '20', '4', '40.00', 'USD'],
      ['C-4711', 'Farmacia Sol', '4', 'unit', '5', '20', '4', '16.00', 'USD'],
    ]);

    const sent = (await read(transfer.id)) ?? transfer;
    const taken = await step('acknowledgeTransferOrder', sent, {
      reference: 'W-1',
      lines: [{ key: '1', answer: 'ACCEPTED' }],
    });
    const report = { invoiceNumber: 'F-1', servedOn: '2026-01-15', lines: [{ key: '1', quantity: '6' }] };
    expect(await failing(step('reportServed', taken, report, seller))).toContain('FORBIDDEN');
    const part = await step('reportServed', taken, report, manager);
    expect(part).toMatchObject({
      status: 'PARTIALLY_SERVED',
      servedNet: { amount: '24.00' },
      compensation: { amount: '6.00' },
    });
    expect((await step('reportServed', part, report, manager)).version).toBe(part.version);
    const rest = { invoiceNumber: 'F-2', servedOn: '2026-02-15', lines: [{ key: '1', quantity: '4' }] };
    const served = await step('reportServed', part, rest, manager);
    expect(served).toMatchObject({ status: 'SERVED', servedNet: { amount: '40.00' } });

    const claim = (amount: string, number: string) =>
      act<Answered & { readonly status: string }>(
        'claimTransfers',
        {
          ...{ wholesaler: ids.wholesaler, number, claimedOn: '2026-03-01' },
          lines: [{ transferOrder: served.id, amount: usd(amount) }],
        },
        'status difference { amount }',
        manager,
      );
    const open = await claim('11.50', 'A-1');
    expect(open).toMatchObject({ status: 'OPEN', difference: { amount: '1.50' } });
    await act('rejectTransferClaim', { id: open.id, version: open.version, reason: 'Mal calculado' }, '', manager);
    expect(await claim('10', 'A-2')).toMatchObject({ status: 'SETTLED' });
    expect(await read(served.id)).toMatchObject({ status: 'SETTLED' });
    expect(await read(served.id, olga)).toBeNull();

    const refused = (await read(second.id)) ?? second;
    const none = { lines: [{ key: '1', answer: 'REFUSED' }], reason: 'Sin stock' };
    expect(await step('acknowledgeTransferOrder', refused, none)).toMatchObject({ status: 'REJECTED_BY_WHOLESALER' });
    await cloud.idle();
    const { transferSales } = await ask<{ transferSales: { readonly months: readonly object[] } }>(
      '{ transferSales(months: 5) { months { month served { amount } servings } } }',
      {},
      seller,
    );
    expect(transferSales.months).toEqual([
      { month: '2026-02', served: { amount: '16.00' }, servings: 1 },
      { month: '2026-01', served: { amount: '24.00' }, servings: 1 },
    ]);
  });
});

describe('the history of sales and collections', () => {
  it('ORD-14 a seller sees in one query what a customer ordered, was invoiced, paid and owes, here and in other systems', async () => {
    const account = (await act('createAccount', { name: 'Cliente S.A.', taxId: '1790016919001' }, '', seller)).id;
    const lines = [{ product: ids.syrup, quantity: '20' }];
    const order = await act('createOrder', { account, currency: 'USD', lines }, '', seller);
    await act('confirmOrder', { id: order.id, version: order.version, acceptsShortage: true }, '', seller);
    const invoice = await act(
      'createInvoice',
      { account, lines: [{ description: 'Flete', quantity: '1', unitPrice: '100', taxCategory: 'ZERO' }] },
      '',
      seller,
    );
    await act('issueInvoice', { invoice: invoice.id }, '', manager);
    const paid = {
      account,
      receivedOn: '2026-01-20',
      amount: usd('30'),
      method: 'TRANSFER',
      applications: [{ invoice: invoice.id, amount: usd('30') }],
    };
    await act('receivePayment', paid, '', manager);
    await act('createOutsideDocument', {
      ...{ type: 'INVOICE', account, number: 'ERP-1', issuedOn: '2025-12-05', dueOn: '2025-12-31' },
      ...{ total: usd('50'), openAmount: usd('20') },
    });
    await cloud.idle();
    const text = `query($account: ID!) { salesHistory(account: $account) {
      months { month ordered { amount } invoiced { amount } paid { amount } } owed { open { amount } overdue { amount } }
      orders { status } invoices { status } payments { status } documents { number } } }`;
    type History = {
      readonly months: readonly { readonly month: string; readonly [name: string]: unknown }[];
      readonly owed: readonly object[];
    };
    const find = async (caller: Caller) =>
      (await ask<{ salesHistory: History }>(text, { account }, caller)).salesHistory;
    const history = await find(seller);
    expect(history).toMatchObject({
      owed: [{ open: { amount: '90.00' }, overdue: { amount: '20.00' } }],
      orders: [{ status: 'CONFIRMED' }],
      invoices: [{ status: 'ISSUED' }],
      payments: [{}],
      documents: [{ number: 'ERP-1' }],
    });
    const [thisMonth] = history.months;
    expect(thisMonth).toMatchObject({ ordered: { amount: '115.00' }, invoiced: { amount: '100.00' } });
    expect(history.months.find(({ month }) => month === '2025-12')).toMatchObject({ invoiced: { amount: '50.00' } });
    expect(history.months.find(({ month }) => month === '2026-01')).toMatchObject({ paid: { amount: '30.00' } });
    expect(await failing(find(olga))).toContain('NOT_FOUND');
  });
});
