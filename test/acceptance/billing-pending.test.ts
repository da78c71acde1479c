import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Item = Answered & {
  readonly status: string;
  readonly description: string;
  readonly quantity: string;
  readonly blockedBy: readonly { readonly code: string }[];
  readonly invoice: { readonly id: string; readonly version: number; readonly number: string | null } | null;
};
type Run = Answered & {
  readonly status: string;
  readonly invoices: number;
  readonly groups: readonly {
    readonly state: string;
    readonly total: Money;
    readonly invoice: { id: string } | null;
  }[];
};
type Row = { readonly key: string; readonly count: number; readonly base: Money };
type Nodes<Node> = { readonly nodes: readonly Node[] };

/** A day that is not after today in any zone. */
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const { ask, act, signIn, idOf } = openClient(() => cloud);
const ids = { chair: '', seller: '', manager: '' };

const itemFields =
  'status kind description quantity isBlocked reason base { amount } blockedBy { code reason by } invoice { id version number } originalInvoice { id }';
const runFields = 'status invoices items blocked isComplete groups { state code total { amount } invoice { id } }';
const customer = async (name: string, taxId: string | undefined, more: object = {}, caller = seller) =>
  (
    await act(
      'createAccount',
      {
        name,
        kinds: ['CUSTOMER'],
        ...(taxId !== undefined && { taxId }),
        addresses: [{ street: 'Calle 1', city: 'Quito' }],
        ...more,
      },
      '',
      caller,
    )
  ).id;
const hours = (account: string, more: object = {}) =>
  act<Item>(
    'createBillableItem',
    { account, description: 'Horas', quantity: '2', unitPrice: '50', readyOn: '2026-01-15', ...more },
    itemFields,
    seller,
  );
const itemsOf = async (account: string) =>
  (
    await ask<{ account: { billableItems: Nodes<Item> } }>(
      `query($id: ID!) { account(id: $id) { billableItems(first: 50) { nodes { id version ${itemFields} } } } }`,
      { id: account },
    )
  ).account.billableItems.nodes;
const statusesOf = async (account: string) =>
  (await itemsOf(account)).map(({ status, quantity }) => `${status} ${quantity}`).sort();
const call = <Answer = Answered>(
  name: string,
  { id, version }: Pick<Answered, 'id' | 'version'>,
  more: object,
  fields: string,
  caller = manager,
) => act<Answer>(name, { id, version, ...more }, fields, caller);
const preview = (more: object, caller = manager) => act<Run>('previewInvoicingRun', more, runFields, caller);
const confirm = async (run: Run) => {
  await call('confirmInvoicingRun', run, {}, '');
  await cloud.idle();
  const read = `query($id: ID!) { invoicingRun(id: $id) { id version ${runFields} } }`;
  return (await ask<{ invoicingRun: Run }>(read, { id: run.id })).invoicingRun;
};
const invoiceOf = async (id: string) =>
  (
    await ask<{ invoice: Answered & { status: string; number: string | null; total: Money } }>(
      'query($id: ID!) { invoice(id: $id) { id version status number total { amount } } }',
      { id },
    )
  ).invoice;
const ordered = async (account: string, quantity: string, more: object = {}) => {
  const lines = [{ product: ids.chair, quantity }];
  const order = await act('createOrder', { account, lines, ...more }, '', seller);
  return call('confirmOrder', order, {}, 'total { amount } lines { key }', seller);
};
const delivered = async (order: string, more: object = {}) => {
  const draft = await act('createDeliveryFromOrder', { order, ...more }, '', seller);
  return call('issueDelivery', draft, {}, '', seller);
};
const change = async (account: string, changes: object) => {
  const read = await ask<{ account: Answered }>('query($id: ID!) { account(id: $id) { id version } }', { id: account });
  await call('updateAccount', read.account, changes, '', seller);
};

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = [await signIn('seller'), await signIn('manager')];
  [ids.seller, ids.manager] = [await idOf(seller), await idOf(manager)];
  const listPrice = { amount: '10', currency: 'USD' };
  ids.chair = (await act('createProduct', { sku: 'SILLA', name: 'Silla', listPrice })).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('what is to be invoiced', () => {
  it('INV-02 comes of deliveries, orders, contracts and by hand, each once', async () => {
    const account = await customer('Entregas S.A.', '1790000001001');
    const order = await ordered(account, '5');
    await delivered(order.id);
    await hours(account, { kind: 'MILESTONE', description: 'Puesta en marcha' });
    await cloud.idle();
    expect(await statusesOf(account)).toEqual(['PENDING 2', 'PENDING 5']);
    expect(await failing(hours(account, { kind: 'DELIVERY' }))).toContain('KIND_NOT_BY_HAND');

    const prompt = await customer('Pedidos S.A.', '1790000002001', { invoicingPolicy: 'ON_ORDER' });
    const early = await ordered(prompt, '3');
    await delivered(early.id);
    await cloud.idle();
    expect(await itemsOf(prompt)).toMatchObject([{ kind: 'ORDER', status: 'PENDING', quantity: '3' }]);

    const serviced = await customer('Contratos S.A.', '1790000003001');
    const contract = await act(
      'createContract',
      {
        ...{
          account: serviced,
          subject: 'Mantenimiento',
          startsOn: yesterday(),
          period: 'MONTH',
          billing: 'IN_ADVANCE',
        },
        lines: [{ description: 'Cuota', quantity: '1', unitPrice: '80' }],
      },
      '',
      seller,
    );
    await call('activateContract', contract, { by: 'Ana Vera' }, '', seller);
    await cloud.advance(120);
    await cloud.idle();
    expect(await itemsOf(serviced)).toMatchObject([
      { kind: 'CONTRACT_PERIOD', status: 'PENDING', base: { amount: '80.00' } },
    ]);
  });

  it('INV-05 is reported by age, customer and reason, as far as one may see', async () => {
    const account = await customer('Reportes S.A.', '1790000004001');
    await hours(account);
    await hours(account, { readyOn: yesterday() });
    await cloud.idle();
    const report = async (caller: Caller) =>
      (
        await ask<{ pendingInvoicing: Readonly<Record<'total' | 'byAge' | 'byAccount' | 'byReason', readonly Row[]>> }>(
          'query($account: ID) { pendingInvoicing(account: $account) { total { key count base { amount } } byAge { key count } byAccount { key count } byReason { key count } isComplete } }',
          { account },
          caller,
        )
      ).pendingInvoicing;
    expect(await report(manager)).toEqual({
      total: [{ key: 'PENDING', count: 2, base: { amount: '200.00' } }],
      byAge: expect.arrayContaining([
        { key: '91+', count: 1 },
        { key: '0-7', count: 1 },
      ]) as unknown,
      byAccount: [{ key: account, count: 2 }],
      byReason: [{ key: 'NONE', count: 2 }],
      isComplete: true,
    });
    const olga = await startOtherTenant(cloud);
    expect(await failing(report(olga))).toBe('nothing failed');
    expect((await report(olga)).total).toEqual([]);
  });

  it('INV-06 is kept from it by what is missing and by people, and nothing blocked is ever invoiced', async () => {
    const account = await customer('Bloqueos S.A.', undefined, { needsReference: true, needsProofOfDelivery: true });
    const order = await ordered(account, '1');
    const delivery = await delivered(order.id);
    await cloud.idle();
    const codes = async () => (await itemsOf(account)).flatMap(({ blockedBy }) => blockedBy.map(({ code }) => code));
    expect(await codes()).toEqual(['MISSING_REFERENCE', 'UNSIGNED_DELIVERY', 'MISSING_TAX_ID']);
    expect(await failing(act('billDelivery', { delivery: delivery.id }, '', seller))).toContain('BLOCKED');
    await change(account, { taxId: '1790000005001' });
    await call('confirmDelivery', delivery, { receiver: 'Ana' }, '', seller);
    await cloud.idle();
    expect(await codes()).toEqual(['MISSING_REFERENCE']);
    const [item] = await itemsOf(account);
    if (!item) throw new Error('Nothing is to be invoiced.');
    const named = await call<Item>('updateBillableItem', item, { reference: 'OC-77' }, itemFields, seller);
    expect(named.blockedBy).toEqual([]);
    const dispute = { code: 'DISPUTED', reason: 'Llegó tarde' };
    const held = await call<Item>('blockBillableItem', named, dispute, itemFields, seller);
    expect(held.blockedBy).toEqual([{ ...dispute, by: ids.seller }]);
    expect(await preview({ account })).toMatchObject({ invoices: 0, blocked: 1 });
    expect(await failing(call('releaseBillableItem', held, {}, '', seller))).toContain('FORBIDDEN');
    await call('releaseBillableItem', held, {}, '');
    expect(await act('billDelivery', { delivery: delivery.id }, 'reference total { amount }', seller)).toMatchObject({
      ...{ reference: 'OC-77', total: { amount: '11.50' } },
    });
    expect(await failing(call('waiveBillableItem', await hours(account), { reason: 'x' }, '', seller))).toContain(
      'NO_APPROVAL_POLICY',
    );
    const waived = await call('waiveBillableItem', await hours(account), { reason: 'Cortesía' }, 'status waivedBy');
    expect(waived).toMatchObject({ status: 'WAIVED', waivedBy: ids.manager });
  });

  it('INV-09 is grouped as the customer wants or the run says, previewed, and made by one of two runs', async () => {
    const account = await customer('Grupos S.A.', '1790000006001', { groupInvoicesBy: ['PROJECT'] });
    for (const project of ['A', 'A', 'B']) await hours(account, { project });
    await hours(account, { project: 'A', paymentDays: 60 });
    await cloud.idle();
    const [own, together] = [await preview({ account, issues: true }), await preview({ account, groupBy: [] })];
    expect(own).toMatchObject({ status: 'PREVIEW', invoices: 3, items: 4, isComplete: true });
    expect(together.groups.map(({ total }) => total.amount).sort()).toEqual(['115.00', '345.00']);
    expect(await statusesOf(account)).toEqual(Array.from({ length: 4 }, () => 'PENDING 2'));
    const [first, second] = await Promise.all([confirm(own), confirm(together)]);
    const made = [...first.groups, ...second.groups].flatMap(({ invoice }) => invoice?.id ?? []);
    const totals = await Promise.all(made.map(async (id) => Number((await invoiceOf(id)).total.amount)));
    expect(totals.reduce((all, each) => all + each, 0)).toBe(460);
    await cloud.idle();
    const taken = await itemsOf(account);
    expect(
      taken.every(({ status, invoice }) => /INVOICED|RESERVED/.test(status) && made.includes(invoice?.id ?? '')),
    ).toBe(true);
    expect(await failing(preview({ account }, seller))).toContain('FORBIDDEN');
    expect(await failing(call('confirmInvoicingRun', first, {}, ''))).toContain('INVALID_STATE');
  });

  it('INV-07 waits to be invoiced again when its invoice is voided or its draft discarded, with the reason', async () => {
    const account = await customer('Refacturas S.A.', '1790000007001');
    const order = await ordered(account, '4');
    const delivery = await delivered(order.id);
    const invoice = await act('billDelivery', { delivery: delivery.id }, '', seller);
    await cloud.idle();
    expect(await statusesOf(account)).toEqual(['INVOICED 4']);
    await call('voidInvoice', await invoiceOf(invoice.id), { reason: 'Nombre equivocado' }, '');
    await cloud.idle();
    expect(await itemsOf(account)).toMatchObject([
      { status: 'PENDING_REINVOICE', reason: 'Nombre equivocado', originalInvoice: { id: invoice.id }, invoice: null },
    ]);
    const list =
      'query($account: ID) { pendingInvoicing(account: $account) { reinvoice { id reason } total { key count } } }';
    const { pendingInvoicing } = await ask<{ pendingInvoicing: object }>(list, { account });
    expect(pendingInvoicing).toMatchObject({
      reinvoice: [{ reason: 'Nombre equivocado' }],
      total: [{ key: 'PENDING_REINVOICE', count: 1 }],
    });
    const again = await confirm(await preview({ account }));
    const draft = await invoiceOf(again.groups[0]?.invoice?.id ?? '');
    expect(await statusesOf(account)).toEqual(['RESERVED 4']);
    await call('discardInvoice', draft, { reason: 'Otro día' }, '');
    await cloud.idle();
    const third = await act('billDelivery', { delivery: delivery.id }, 'number total { amount }', seller);
    await cloud.idle();
    expect([third['total'], await statusesOf(account)]).toEqual([{ amount: '46.00' }, ['INVOICED 4']]);
  });

  it('INV-07 waits again where a credit note takes it back to be invoiced again', async () => {
    const account = await customer('Notas S.A.', '1790000008001');
    await hours(account);
    await cloud.idle();
    const made = await confirm(await preview({ account, issues: true }));
    const invoice = made.groups[0]?.invoice?.id ?? '';
    await cloud.idle();
    const note = await act(
      'createCreditNote',
      { invoice, type: 'CANCELLATION', reason: 'Mal precio', reinvoice: true },
      '',
      manager,
    );
    await act('issueCreditNote', { creditNote: note.id }, '', manager);
    await cloud.idle();
    expect((await statusesOf(account)).at(-1)).toBe('PENDING_REINVOICE 2');
  });
});
