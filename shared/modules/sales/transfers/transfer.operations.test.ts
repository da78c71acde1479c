import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow, type Money } from '#kernel';
import { Activity } from '#modules/engagement/activities';
import { File, readFile } from '#modules/platform/files';
import { Mail } from '#modules/platform/mail-out';
import { builtInRoles } from '#modules/platform/roles';
import { Order, type OrderRow } from '#modules/sales/orders';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { TransferOrder, TransferServing, Wholesaler, type TransferOrderRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'customer' | 'distributor' | 'wholesaler' | 'syrup' | 'cream', string>>;

const run = <Result = TransferOrderRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input, domain.actor());
const usd = (amount: string) => ({ amount, currency: 'USD' });
const text = (money: Money) => toDecimal(money);
const order = (more: object = {}) =>
  run<OrderRow>('createOrder', {
    ...{ account: ids.customer, type: 'TRANSFER', currency: 'USD' },
    lines: [
      { product: ids.syrup, quantity: '10', discounts: [{ kind: 'PERCENT', value: '20' }] },
      { product: ids.cream, quantity: '3' },
    ],
    ...more,
  });
const drafted = async () => run('assignWholesaler', { order: (await order()).id, wholesaler: ids.wholesaler });
const confirmed = async () => {
  const { id, version } = await drafted();
  return run('confirmTransferOrder', { id, version });
};
const now = (id: string) => domain.reader().data(TransferOrder).get(id);
const sent = async () => {
  const { id } = await confirmed();
  await run('dispatchTransfers', { wholesaler: ids.wholesaler });
  return now(id);
};
const acknowledged = async (lines: readonly object[] = []) => {
  const { id, version } = await sent();
  return run('acknowledgeTransferOrder', { id, version, reference: 'W-77', lines });
};
const served = (transfer: AnyRow, lines: readonly object[], more: object = {}) =>
  run('reportServed', {
    ...{ id: transfer.id, version: transfer.version, invoiceNumber: 'F-1', servedOn: '2026-11-22', lines },
    ...more,
  });

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  const make = async (operation: string, input: object) => (await run<{ id: string }>(operation, { ...input })).id;
  const customer = await make('createAccount', { name: 'Farmacia Sol', taxId: '1790016919001' });
  const distributor = await make('createAccount', { name: 'Distributor' });
  const wholesaler = await make('createWholesaler', {
    ...{ account: distributor, name: 'Distributor', email: 'orders@distributor.example.com' },
  });
  await make('createWholesalerCode', { account: customer, wholesaler, code: 'C-4711', branch: 'Norte' });
  const syrup = await make('createProduct', { sku: 'SYRUP', name: 'Syrup', listPrice: usd('5') });
  const cream = await make('createProduct', { sku: 'CREAM', name: 'Cream', listPrice: usd('4') });
  await make('createActivityType', { name: { es: 'Tarea', en: 'Task' }, key: 'TASK' });
  ids = { customer, distributor, wholesaler, syrup, cream };
});

describe('a transfer order', () => {
  it('needs a wholesaler who knows the customer, one at a time, and an order of its type', async () => {
    const transfer = await drafted();
    expect(transfer).toMatchObject({ status: 'DRAFT', customerCode: 'C-4711', branch: 'Norte' });
    expect(text(transfer.agreed)).toBe('52.00');
    const assign = (id: string, wholesaler = ids.wholesaler) =>
      failure(run('assignWholesaler', { order: id, wholesaler }));
    expect(await assign(transfer.order)).toBe('ALREADY_ASSIGNED');
    expect(await assign((await order({ type: 'STANDARD' })).id)).toBe('NOT_A_TRANSFER');
    const other = await run<AnyRow>('createWholesaler', { account: ids.distributor, name: 'Other', channel: 'FILE' });
    expect(await assign((await order()).id, other.id)).toBe('WHOLESALER_CODE_MISSING');
    await run('updateWholesaler', { id: ids.wholesaler, version: 1, active: false });
    expect(await assign((await order()).id)).toBe('WHOLESALER_INACTIVE');
    expect(await failure(run('createWholesaler', { account: ids.distributor, name: 'Third' }))).toBe('BAD_INPUT');
  });

  it('is confirmed with its order, takes nothing from stock, and goes with the batch of the next cut-off', async () => {
    const transfer = await confirmed();
    expect(transfer.status).toBe('CONFIRMED');
    const [{ status, lines }] = [await domain.reader().data(Order).get(transfer.order)];
    expect([status, lines.map(({ reserved }) => reserved)]).toEqual(['CONFIRMED', ['0', '0']]);
    const { nextCutOffAt } = await domain.reader().data(Wholesaler).get(ids.wholesaler);
    expect(nextCutOffAt).toBe('2026-11-23T22:00:00.000Z');
    await domain.advanceTo('2026-11-23T22:00:00.000Z');
    await domain.settle();
    const { batch, status: after } = await now(transfer.id);
    expect(after).toBe('SENT');
    const [mail] = (await domain.reader().data(Mail).list({ first: 5 })).rows;
    expect(mail).toMatchObject({ to: ['orders@distributor.example.com'], subject: 'Pedidos transfer 00001' });
    const [file] = (await domain.reader().data(File).list({ first: 5 })).rows;
    expect(mail?.attachments).toEqual([file?.id]);
    const body = Buffer.from(await readFile(domain.reader(), file?.id ?? '')).toString();
    expect(body.split('\r\n').slice(1, 3)).toEqual([
      '00001,2026-11-23,C-4711,Farmacia Sol,1790016919001,Norte,,SYRUP,Syrup,10,unit,5,20,4,40.00,USD',
      '00001,2026-11-23,C-4711,Farmacia Sol,1790016919001,Norte,,CREAM,Cream,3,unit,4,0,4,12.00,USD',
    ]);
    expect(batch).toBeDefined();
    expect(await run('dispatchTransfers', { wholesaler: ids.wholesaler })).toEqual({});
    expect(await domain.reader().data(Wholesaler).get(ids.wholesaler)).toMatchObject({
      nextCutOffAt: '2026-11-24T22:00:00.000Z',
    });
  });

  it('stays confirmed when the batch cannot go: somebody gets a task, and the next cut-off tries again', async () => {
    const { id } = await confirmed();
    const address = 'orders@distributor.example.com';
    await run('createSuppression', { address, reason: 'BOUNCED' });
    await domain.advanceTo('2026-11-23T22:01:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'CONFIRMED' });
    const [task] = (await domain.reader().data(Activity).list({ first: 5 })).rows;
    expect([task?.subject, task?.notes?.split(':')[0]]).toEqual([
      'No salieron los pedidos transfer: Distributor',
      'SUPPRESSED',
    ]);
    expect((await domain.reader().data(File).list({ first: 5 })).rows).toEqual([]);
    const { version } = await domain.reader().data(Wholesaler).get(ids.wholesaler);
    await run('updateWholesaler', { id: ids.wholesaler, version, channel: 'FILE', format: 'XLSX' });
    await domain.advanceTo('2026-11-24T22:01:00.000Z');
    expect(await now(id)).toMatchObject({ status: 'SENT' });
    const [file] = (await domain.reader().data(File).list({ first: 5 })).rows;
    expect(file?.name).toBe('00001.xlsx');
    expect((await domain.reader().data(Mail).list({ first: 5 })).rows).toEqual([]);
  });

  it('is served as the wholesaler takes it: what was served counts at the agreed price, once', async () => {
    const transfer = await acknowledged([{ key: '2', answer: 'REFUSED', remark: 'Out of range' }]);
    expect(transfer).toMatchObject({ status: 'ACKNOWLEDGED', theirReference: 'W-77' });
    expect(transfer.lines.map(({ answer, accepted }) => [answer, accepted])).toEqual([
      ['ACCEPTED', '10'],
      ['REFUSED', '0'],
    ]);
    const part = await served(transfer, [{ key: '1', quantity: '3' }]);
    expect([part.status, text(part.servedNet), text(part.compensation)]).toEqual(['PARTIALLY_SERVED', '12.00', '3.00']);
    expect((await served(part, [{ key: '1', quantity: '3' }])).version).toBe(part.version);
    expect(await failure(served(part, [{ key: '1', quantity: '4' }]))).toBe('ALREADY_REPORTED');
    const more = { invoiceNumber: 'F-2' };
    expect(await failure(served(part, [{ key: '1', quantity: '8' }], more))).toBe('OVER_SERVED');
    expect(await failure(served(part, [{ key: '9', quantity: '1' }], more))).toBe('LINE_NOT_FOUND');
    expect(await failure(served(part, [{ key: '1', quantity: '1' }], { ...more, servedOn: '2027-01-01' }))).toBe(
      'BAD_INPUT',
    );
    const whole = await served(part, [{ key: '1', quantity: '7' }], more);
    expect([whole.status, text(whole.servedNet), text(whole.compensation)]).toEqual(['SERVED', '40.00', '10.00']);
    expect(await domain.reader().data(Order).get(transfer.order)).toMatchObject({
      status: 'CLOSED',
      invoicing: 'NONE',
    });
    const { rows } = await domain.reader().data(TransferServing).page('byTransferOrder', { of: transfer.id });
    expect(rows.map(({ quantity, net }) => `${quantity} ${text(net)}`).sort()).toEqual(['3 12.00', '7 28.00']);
  });

  it('goes back to the seller when the wholesaler takes none of it, and another one can be asked', async () => {
    const refused = [
      { key: '1', answer: 'REFUSED' },
      { key: '2', answer: 'REFUSED' },
    ];
    const transfer = await acknowledged(refused);
    expect(transfer.status).toBe('REJECTED_BY_WHOLESALER');
    const [task] = (await domain.reader().data(Activity).list({ first: 5 })).rows;
    expect(task?.subject).toBe('00001: el mayorista no lo acepta');
    const again = await run('assignWholesaler', { order: transfer.order, wholesaler: ids.wholesaler });
    expect(again).toMatchObject({ status: 'CONFIRMED', order: transfer.order });
  });

  it('takes answers of back-orders and substitutes, and ends short when nothing more will be served', async () => {
    const missing = acknowledged([{ key: '1', answer: 'SUBSTITUTED' }]);
    expect(await failure(missing)).toBe('SUBSTITUTE_MISSING');
    const [{ id, version }] = (await domain.reader().data(TransferOrder).list({ first: 1 })).rows as [TransferOrderRow];
    const lines = [
      { key: '1', answer: 'SUBSTITUTED', substitute: ids.cream, quantity: '8' },
      { key: '2', answer: 'BACKORDER', expectedOn: '2026-12-15' },
    ];
    const answer = (more: object) => run('acknowledgeTransferOrder', { id, version, ...more });
    expect(await failure(answer({ lines: [{ key: '1', answer: 'ACCEPTED', quantity: '11' }] }))).toBe('OVER_ACCEPTED');
    expect(await failure(answer({ lines: [{ key: '8', answer: 'ACCEPTED' }] }))).toBe('LINE_NOT_FOUND');
    const taken = await answer({ lines });
    expect(taken.lines).toMatchObject([{ accepted: '8', substitute: ids.cream }, { expectedOn: '2026-12-15' }]);
    expect(await failure(served(taken, [], { isFinal: true }))).toBe('NOTHING_SERVED');
    const short = await served(taken, [{ key: '1', quantity: '8' }], { isFinal: true });
    expect([short.status, text(short.servedNet)]).toEqual(['SERVED', '32.00']);
  });

  it('moves only as its states allow', async () => {
    const transfer = await confirmed();
    const { id, version } = transfer;
    expect(await failure(run('confirmTransferOrder', { id, version }))).toBe('INVALID_STATE');
    expect(await failure(run('acknowledgeTransferOrder', { id, version }))).toBe('INVALID_STATE');
    expect(await failure(served(transfer, [{ key: '1', quantity: '1' }]))).toBe('INVALID_STATE');
    expect(await failure(run('acknowledgeTransferOrder', { id, version: version - 1 }))).toBe('STALE_VERSION');
  });

  it('goes with its order when that is cancelled before it was sent', async () => {
    const { id, order: ordered } = await drafted();
    await run('cancelOrder', { id: ordered, version: 1, reason: 'Mistake' });
    await domain.settle();
    expect((await now(id)).archivedAt).toBeDefined();
  });
});

describe('what a wholesaler is sent', () => {
  const cancel = async (id: string, lines?: readonly object[]) => {
    const { version } = await domain.reader().data(Order).get(id);
    return run<OrderRow>('cancelOrder', { id, version, reason: 'Less', ...(lines && { lines }) });
  };

  it('is what the customer still wants; what was sent is not cancelled behind the wholesaler’s back', async () => {
    const { id, order: ordered } = await confirmed();
    const less = [
      { key: '1', quantity: '4' },
      { key: '2', quantity: '3' },
    ];
    await cancel(ordered, less);
    await domain.settle();
    const reduced = await now(id);
    expect(reduced.lines).toMatchObject([{ key: '1', quantity: '6', accepted: '6' }]);
    expect([reduced.lines.length, text(reduced.agreed)]).toEqual([1, '24.00']);
    await run('dispatchTransfers', { wholesaler: ids.wholesaler });
    expect(await failure(cancel(ordered))).toBe('HANDED_OVER');
    const lines = [{ key: '1', answer: 'REFUSED' }];
    await run('acknowledgeTransferOrder', { id, version: (await now(id)).version, lines });
    expect(await cancel(ordered)).toMatchObject({ status: 'CANCELLED' });
  });

  it('is found by the wholesaler, whatever else waits for others', async () => {
    const { id } = await confirmed();
    const waiting = async () =>
      (await domain.reader().trusted(TransferOrder).page('byWaiting', { of: ids.wholesaler, first: 5 })).rows;
    const other = await run<AnyRow>('createWholesaler', { account: ids.distributor, name: 'Other', channel: 'FILE' });
    await run('createWholesalerCode', { account: ids.customer, wholesaler: other.id, code: '1' });
    const theirs = await run('assignWholesaler', { order: (await order()).id, wholesaler: other.id });
    await run('confirmTransferOrder', { id: theirs.id, version: theirs.version });
    expect((await waiting()).map((row) => row.id)).toEqual([id]);
    await run('dispatchTransfers', { wholesaler: ids.wholesaler });
    expect([await waiting(), (await now(theirs.id)).status]).toEqual([[], 'CONFIRMED']);
  });
});

describe('a claim of a wholesaler', () => {
  const claim = (transfer: AnyRow, amount: string, number = 'A-1') =>
    run<AnyRow & { readonly difference: Money; readonly status: string }>('claimTransfers', {
      ...{ wholesaler: ids.wholesaler, number, claimedOn: '2026-11-22' },
      lines: [{ transferOrder: transfer.id, amount: usd(amount) }],
    });

  it('is settled at once when it is for what was served, with its orders', async () => {
    const taken = await acknowledged();
    expect(await failure(claim(taken, '10'))).toBe('INVALID_STATE');
    const transfer = await served(taken, [
      { key: '1', quantity: '10' },
      { key: '2', quantity: '3' },
    ]);
    expect(await claim(transfer, '10')).toMatchObject({ status: 'SETTLED' });
    expect(await now(transfer.id)).toMatchObject({ status: 'SETTLED' });
    expect(await failure(claim(transfer, '10'))).toBe('CLAIMED_TWICE');
    expect(await failure(claim(transfer, '10', 'A-2'))).toBe('INVALID_STATE');
  });

  it('stays open with its difference until somebody who may accepts or rejects it', async () => {
    const transfer = await served(await acknowledged(), [{ key: '1', quantity: '10' }], { isFinal: true });
    const open = await claim(transfer, '12.50');
    expect([open.status, text(open.difference)]).toEqual(['OPEN', '2.50']);
    const { rules } = builtInRoles(domain.registry).get('seller') ?? domain.actor();
    const seller = person(domain, 'usr_seller', { rules });
    const accept = { id: open.id, version: open.version, reason: 'Freight' };
    expect(await failure(domain.run('acceptTransferClaim', accept, seller))).toBe('FORBIDDEN');
    await run('rejectTransferClaim', accept);
    const again = await claim(transfer, '12.50', 'A-2');
    expect(await run('acceptTransferClaim', { ...accept, id: again.id, version: again.version })).toMatchObject({
      ...{ status: 'SETTLED', reason: 'Freight' },
    });
    expect(await now(transfer.id)).toMatchObject({ status: 'SETTLED', claim: again.id });
  });
});
