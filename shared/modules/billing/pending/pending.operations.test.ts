import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import { Invoice, type InvoiceRow } from '#modules/billing/invoices';
import { Account } from '#modules/parties/accounts';
import { Delivery, type DeliveryRow } from '#modules/sales/deliveries';
import { Order, type OrderRow } from '#modules/sales/orders';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { partyModules } from '#test/support/parties';
import { BillableItem, type BillableItemRow } from './index.ts';
import { InvoicingRun, type InvoicingRunRow } from './invoicing-run.entity.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'chair' | 'account', string>>;

const run = <Result = AnyRow>(operation: string, input: object, actor = domain.actor()) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, actor);
const on = <Result = AnyRow>(operation: string, { id, version }: AnyRow | { id: string; version: number }, more = {}) =>
  run<Result>(operation, { id, version, ...more });
const items = async (): Promise<readonly BillableItemRow[]> =>
  (await domain.reader().data(BillableItem).list({ first: 100 })).rows;
const item = async (id: string) => domain.reader().data(BillableItem).get(id);
const statuses = async () => (await items()).map(({ status, quantity }) => `${status} ${quantity}`).sort();

const confirmedOrder = async (quantity = '10', more: object = {}) => {
  const lines = [{ product: ids.chair, quantity }];
  const order = await run<OrderRow>('createOrder', { account: ids.account, lines, ...more });
  return on<OrderRow>('confirmOrder', order);
};
const delivered = async (order: OrderRow, quantity: string) => {
  const lines = [{ key: order.lines[0]?.key, quantity }];
  const draft = await run<DeliveryRow>('createDeliveryFromOrder', { order: order.id, lines });
  const issued = await on<DeliveryRow>('issueDelivery', draft);
  await domain.settle();
  return issued;
};
const hours = (more: object = {}) =>
  run<BillableItemRow>('createBillableItem', {
    ...{ account: ids.account, description: 'Consulting', quantity: '2', unitPrice: '50', readyOn: '2026-11-20' },
    ...more,
  });
const terms = async (changes: object) => {
  const account = await domain.reader().data(Account).get(ids.account);
  await on('updateAccount', account, changes);
  await domain.settle();
};

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await run('createEmissionPoint', { code: '001-001', name: 'Main', address: 'Quito', isDefault: true });
  const account = (await run('createAccount', { name: 'Customer', taxId: '1790012345001' })).id;
  const price = { listPrice: { amount: '10', currency: 'USD' } };
  ids = { chair: (await run('createProduct', { sku: 'CHAIR', name: 'Chair', ...price })).id, account };
});

describe('what was delivered', () => {
  it('waits to be invoiced, once, and is invoiced in one call, for what it was sold', async () => {
    const order = await confirmedOrder('3', { headerDiscounts: [{ percent: '7' }] });
    const first = await delivered(order, '1');
    const [waiting] = await items();
    expect(waiting).toMatchObject({ status: 'PENDING', delivery: first.id, order: order.id, quantity: '1' });
    expect(toDecimal(waiting?.base ?? order.total)).toBe('9.30');
    const invoice = await run<InvoiceRow>('billDelivery', { delivery: first.id });
    await domain.settle();
    expect(await item(waiting?.id ?? '')).toMatchObject({ status: 'INVOICED', invoice: invoice.id });
    expect(await failure(run('billDelivery', { delivery: first.id }))).toBe('ALREADY_INVOICED');
    const second = await delivered(order, '2');
    const rest = await run<InvoiceRow>('billDelivery', { delivery: second.id });
    expect([invoice.status, rest.status, invoice.total.minor + rest.total.minor]).toEqual([
      'ISSUED',
      'ISSUED',
      order.total.minor,
    ]);
    const lines = (await domain.reader().data(Order).get(order.id)).lines.map(({ invoiced }) => invoiced);
    expect(lines).toEqual(['3']);
  });

  it('is invoiced before any event has told of it, and the event makes no second item', async () => {
    const order = await confirmedOrder();
    const draft = await run<DeliveryRow>('createDeliveryFromOrder', { order: order.id });
    const issued = await on<DeliveryRow>('issueDelivery', draft);
    await run('billDelivery', { delivery: issued.id });
    await domain.settle();
    expect(await statuses()).toEqual(['INVOICED 10']);
    const now = await domain.reader().data(Delivery).get(issued.id);
    expect(await failure(on('cancelDelivery', now, { reason: 'x' }))).toBe('ALREADY_INVOICED');
  });

  it('and came back before it was invoiced, is invoiced less or not at all', async () => {
    const order = await confirmedOrder();
    const issued = await delivered(order, '6');
    const arrived = await on<DeliveryRow>('confirmDelivery', issued, { receiver: 'Ana' });
    const lines = [{ key: issued.lines[0]?.key, quantity: '2' }];
    const back = await on<DeliveryRow>('returnDelivery', arrived, { lines, reason: 'Broken' });
    await domain.settle();
    expect(await statuses()).toEqual(['PENDING 4']);
    expect((await items()).map(({ total }) => toDecimal(total))).toEqual(['46.00']);
    await on('returnDelivery', back, { reason: 'All broken' });
    const other = await delivered(order, '4');
    await on('cancelDelivery', other, { reason: 'The truck broke down' });
    await domain.settle();
    expect(await statuses()).toEqual(['WAIVED 4', 'WAIVED 4']);
  });

  it('of an order that was invoiced already is no item', async () => {
    const order = await confirmedOrder('5');
    const lines = [{ key: order.lines[0]?.key, quantity: '3' }];
    await run('createInvoiceFromOrder', { order: order.id, lines });
    await delivered(order, '5');
    expect(await statuses()).toEqual(['PENDING 2']);
    await run('createInvoiceFromOrder', { order: order.id });
    await domain.settle();
    expect(await statuses()).toEqual(['WAIVED 2']);
  });

  it('is no item where the customer is invoiced for the order', async () => {
    await terms({ invoicingPolicy: 'ON_ORDER' });
    const order = await confirmedOrder('5');
    await domain.settle();
    expect(await statuses()).toEqual(['PENDING 5']);
    await delivered(order, '5');
    expect(await statuses()).toEqual(['PENDING 5']);
  });
});

describe('what keeps items from being invoiced', () => {
  it('is found, goes when its reason goes, and is asked for again at the last moment', async () => {
    await terms({ needsProofOfDelivery: true, needsReference: true });
    const issued = await delivered(await confirmedOrder('1', { reference: 'OC-7' }), '1');
    const codes = async () => (await items()).map(({ blockedBy }) => blockedBy.map(({ code }) => code).join());
    expect(await codes()).toEqual(['UNSIGNED_DELIVERY']);
    expect(await failure(run('billDelivery', { delivery: issued.id }))).toBe('BLOCKED');
    await on('confirmDelivery', issued, { receiver: 'Ana' });
    await domain.settle();
    expect(await codes()).toEqual(['']);
    const account = await domain.reader().data(Account).get(ids.account);
    await on('blockCredit', account, { reason: 'Three months late' });
    // Nobody has been told yet.
    expect(await codes()).toEqual(['']);
    expect(await failure(run('billDelivery', { delivery: issued.id }))).toBe('BLOCKED');
    await domain.settle();
    expect(await codes()).toEqual(['CREDIT_HOLD']);
  });

  it('is set and released by people, who are named', async () => {
    const made = await hours();
    const held = await on<BillableItemRow>('blockBillableItem', made, { code: 'DISPUTED', reason: 'Too long' });
    expect(held).toMatchObject({
      isBlocked: true,
      blockedBy: [{ code: 'DISPUTED', reason: 'Too long', by: 'usr_test' }],
    });
    expect(await on('releaseBillableItem', held)).toMatchObject({ isBlocked: false, blockedBy: [] });
  });
});

const preview = (more: object = {}) => run<InvoicingRunRow>('previewInvoicingRun', more);
const confirm = async (made: InvoicingRunRow) => {
  const started = await on<InvoicingRunRow>('confirmInvoicingRun', made);
  await workOff(domain);
  return domain.reader().data(InvoicingRun).get(started.id);
};

describe('a run', () => {
  it('previews, then makes one invoice a group, and two runs never take the same item', async () => {
    for (const project of ['A', 'A', 'B']) await hours({ project });
    await on('blockBillableItem', await hours(), { code: 'HELD', reason: 'Later' });
    const [one, other] = [await preview({ groupBy: ['PROJECT'], issues: true }), await preview()];
    expect(one).toMatchObject({ invoices: 2, items: 3, blocked: 1, isComplete: true, status: 'PREVIEW' });
    expect(one.groups.map(({ total }) => toDecimal(total)).sort()).toEqual(['115.00', '230.00']);
    expect((await domain.reader().data(Invoice).list({ first: 10 })).rows).toEqual([]);
    const done = await confirm(one);
    expect([done.status, done.failed, done.groups.map(({ state }) => state)]).toEqual([
      'DONE',
      0,
      ['ISSUED', 'ISSUED'],
    ]);
    const late = await confirm(other);
    expect(late.groups).toMatchObject([{ state: 'FAILED', code: 'ALREADY_INVOICED' }]);
    const invoices = (await domain.reader().data(Invoice).list({ first: 10 })).rows;
    expect(invoices.map(({ total }) => toDecimal(total)).sort()).toEqual(['115.00', '230.00']);
    expect(await statuses()).toEqual(['INVOICED 2', 'INVOICED 2', 'INVOICED 2', 'PENDING 2']);
  });
});

describe('what was invoiced', () => {
  it('waits again when its draft is discarded or its invoice is voided, unless nobody wants that', async () => {
    const made = await hours();
    const draft = async () => {
      const done = await confirm(await preview());
      return domain
        .reader()
        .data(Invoice)
        .get(done.groups[0]?.invoice ?? '');
    };
    const discarded = await draft();
    await on('discardInvoice', discarded, { reason: 'Wrong day' });
    await domain.settle();
    expect(await item(made.id)).toMatchObject({ status: 'PENDING_REINVOICE', originalInvoice: discarded.id });
    const issued = await run<InvoiceRow>('issueInvoice', { invoice: (await draft()).id });
    await domain.settle();
    expect(await item(made.id)).toMatchObject({ status: 'INVOICED', invoice: issued.id });
    await on('voidInvoice', issued, { reason: 'Wrong name' });
    await domain.settle();
    const again = await item(made.id);
    expect(again).toMatchObject({ status: 'PENDING_REINVOICE', originalInvoice: issued.id, reason: 'Wrong name' });
    await on('discardInvoice', await draft(), { reason: 'No charge', reinvoice: false });
    await domain.settle();
    expect(await item(made.id)).toMatchObject({ status: 'WAIVED', reason: 'No charge' });
  });
});

describe('what is given up', () => {
  it('needs somebody who may agree', async () => {
    const made = await hours();
    expect(await on('waiveBillableItem', made, { reason: 'Goodwill' })).toMatchObject({
      ...{ status: 'WAIVED', reason: 'Goodwill', waivedBy: 'usr_test' },
    });
    const other = await hours();
    const boss = (await run('makePerson', { name: 'Boss' })).id;
    const rules = { ...domain.actor().rules, operations: ['billableItem.waive'] };
    const selling = (await run('makePerson', { name: 'Seller' })).id;
    const seller = domain.actor({ id: selling, userId: selling, rules });
    const ask = () =>
      domain.run('waiveBillableItem', { id: other.id, version: other.version, reason: 'Goodwill' }, seller);
    expect(await failure(ask())).toBe('NO_APPROVAL_POLICY');
    await run('createApprovalPolicy', {
      name: 'Waivers',
      kind: 'billing.waive',
      steps: [{ by: 'PERSON', user: boss }],
    });
    expect(await ask()).toMatchObject({ status: 'PENDING' });
    await domain.settle();
    const { approvals } = await run<{ approvals: readonly AnyRow[] }>('approvalsToDecide', {}, bossActor(boss));
    await run('approve', { id: approvals[0]?.id }, bossActor(boss));
    await domain.settle();
    expect(await item(other.id)).toMatchObject({ status: 'WAIVED', waivedBy: boss });
  });
});

const bossActor = (boss: string) => domain.actor({ id: boss, userId: boss });
