import { beforeEach, describe, expect, it } from '@jest/globals';
import { decimal, list, module, mutation, object, ref, text, toDecimal, type AnyRow } from '#kernel';
import type { ProductRow } from '#modules/catalog/products';
import { StockLevel } from '#modules/catalog/stock';
import type { QuoteRow } from '#modules/sales/quotes';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { Delivery, noteDeliveryInvoiced, type DeliveryRow } from './index.ts';

/** What an invoice tells a delivery, without one. */
const noting = mutation('noteInvoicedForTests', {
  describes: 'Counts lines as invoiced, for tests.',
  needs: 'delivery.test',
  input: {
    id: ref('Delivery', { describes: 'Which one.' }),
    lines: list(
      object('NotedForTests', { key: text({ describes: 'The line.' }), quantity: decimal({ describes: 'How many.' }) }),
      { describes: 'Which lines.' },
    ),
  },
  returns: Delivery,
  fails: ['OVER_INVOICED'],
  run: ({ id, lines }, context) => noteDeliveryInvoiced(context, id, lines),
});
const modules = [...partyModules, module('sales/deliveries-for-tests', { operations: [noting] })];

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'chair' | 'care' | 'account' | 'contact' | 'level', string>>;

const run = <Result = DeliveryRow>(operation: string, input: object, actor = domain.actor()) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, actor);
const on = <Result = DeliveryRow>(operation: string, { id, version }: AnyRow, more: object = {}) =>
  run<Result>(operation, { id, version, ...more });
const direct = (quantity = '2', more: object = {}) =>
  run('createDelivery', {
    ...{ account: ids.account, contact: ids.contact, warehouse: 'MAIN' },
    lines: [
      { product: ids.chair, quantity },
      { product: ids.care, quantity: '1' },
    ],
    ...more,
  });
const onHand = async () => (await domain.reader().data(StockLevel).get(ids.level)).onHand;

beforeEach(async () => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
  const product = async (sku: string, price: string, kind: string) =>
    (await run<ProductRow>('createProduct', { sku, name: sku, kind, listPrice: { amount: price, currency: 'USD' } }))
      .id;
  const account = (await run('createAccount', { name: 'Customer' })).id;
  const contact = (
    await run('createContact', { firstName: 'Ana', lastName: 'Vera', account, email: 'ana@example.com' })
  ).id;
  const chair = await product('CHAIR', '100', 'GOODS');
  await run('createWarehouse', { code: 'MAIN', name: 'Main' });
  const level = (
    await run('createStockLevel', {
      ...{ product: chair, warehouse: 'MAIN', onHand: '10', countedAt: '2026-11-22T10:00:00Z' },
    })
  ).id;
  ids = { chair, care: await product('CARE', '50', 'SERVICE'), account, contact, level };
});

describe('a delivery on the spot', () => {
  it('takes its number when it is issued, and goods out of stock; then it does not change', async () => {
    const abandoned = await direct();
    await on('cancelDelivery', abandoned, { reason: 'By mistake' });
    const draft = await direct('2', { headerDiscounts: [{ percent: '10' }] });
    expect([draft.number, toDecimal(draft.total)]).toEqual([undefined, '258.75']);
    const issued = await on('issueDelivery', draft, { transport: { plate: 'PBA-1234', startsOn: '2026-11-23' } });
    expect(issued).toMatchObject({ status: 'ISSUED', number: '00001', issuedOn: '2026-11-22' });
    expect(issued.pdfSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await onHand()).toBe('8');
    expect(await failure(on('updateDelivery', issued, { notes: 'x' }))).toBe('FROZEN');
    expect(await failure(on('issueDelivery', draft))).toBe('STALE_VERSION');
    expect(await failure(on('issueDelivery', issued))).toBe('INVALID_STATE');
    const second = await on('issueDelivery', await direct());
    expect(second.number).toBe('00002');
  });

  it('arrives with proof, comes back in parts, and never more than was delivered', async () => {
    const issued = await on('issueDelivery', await direct('5'));
    expect(await failure(on('returnDelivery', issued, { reason: 'Broken' }))).toBe('INVALID_STATE');
    const late = { receiver: 'Ana Vera', at: '2026-11-23T10:00:00Z' };
    expect(await failure(on('confirmDelivery', issued, late))).toBe('IN_THE_FUTURE');
    const point = { latitude: -0.18, longitude: -78.48 };
    const delivered = await on('confirmDelivery', issued, { receiver: 'Ana Vera', receiverTaxId: '1710034065', point });
    expect(delivered).toMatchObject({ status: 'DELIVERED', proof: { receiver: 'Ana Vera', point } });
    expect(await failure(on('cancelDelivery', delivered, { reason: 'x' }))).toBe('INVALID_STATE');

    const two = [{ key: '1', quantity: '2' }];
    const part = await on('returnDelivery', delivered, { lines: two, reason: 'Scratched' });
    expect([part.status, await onHand()]).toEqual(['PARTIALLY_RETURNED', '7']);
    const more = { lines: [{ key: '1', quantity: '4' }], reason: 'x' };
    expect(await failure(on('returnDelivery', part, more))).toBe('OVER_RETURN');
    const scrapped = await on('returnDelivery', part, { lines: two, reason: 'Broken', restock: false });
    expect([scrapped.status, await onHand()]).toEqual(['PARTIALLY_RETURNED', '7']);
    const all = await on('returnDelivery', scrapped, { reason: 'Unwanted' });
    expect([all.status, await onHand()]).toEqual(['RETURNED', '8']);
    expect(await failure(on('returnDelivery', all, { reason: 'x' }))).toBe('INVALID_STATE');
  });

  it('that was issued and did not leave is cancelled, keeps its number and gives everything back', async () => {
    const issued = await on('issueDelivery', await direct('3'));
    const cancelled = await on('cancelDelivery', issued, { reason: 'The truck broke down' });
    expect(cancelled).toMatchObject({ status: 'CANCELLED', number: issued.number });
    expect(await onHand()).toBe('10');
    expect(await failure(on('sendDelivery', cancelled))).toBe('INVALID_STATE');
  });

  it('refuses what is no delivery', async () => {
    expect(await failure(run('createDelivery', { account: ids.account, lines: [] }))).toBe('NO_LINES');
    expect(await failure(direct('-1'))).toBe('BAD_INPUT');
    const backwards = { transport: { startsOn: '2026-11-23', endsOn: '2026-11-22' } };
    expect(await failure(direct('1', backwards))).toBe('BAD_INPUT');
    const issued = await on('issueDelivery', await direct('1', { contact: null }));
    expect(await failure(on('sendDelivery', issued))).toBe('NO_CONTACT');
    const stranger = person(domain, 'usr_stranger');
    expect(await failure(run('issueDelivery', { id: issued.id, version: 2 }, stranger))).toMatch(/FORBIDDEN|NOT_FOUND/);
  });
});

describe('what of a delivery is invoiced', () => {
  it('is never more than the customer keeps, and nothing of one that was cancelled', async () => {
    const note = (id: string, quantity: string, more = '0') => {
      const lines = [quantity, more].map((each) => ({ key: '1', quantity: each }));
      return run('noteInvoicedForTests', { id, lines });
    };
    const issued = await on('issueDelivery', await direct('5'));
    const { version } = await note(issued.id, '2', '3');
    expect(await failure(note(issued.id, '1'))).toBe('OVER_INVOICED');
    const arrived = await on('confirmDelivery', { id: issued.id, version } as AnyRow, { receiver: 'Ana Vera' });
    await on('returnDelivery', arrived, { lines: [{ key: '1', quantity: '2' }], reason: 'Broken' });
    expect((await note(issued.id, '-3')).lines).toMatchObject([{ invoiced: '2' }, { invoiced: '0' }]);
    expect(await failure(note(issued.id, '2'))).toBe('OVER_INVOICED');
    expect((await note(issued.id, '1')).lines[0]?.invoiced).toBe('3');
    const cancelled = await on('cancelDelivery', await direct('1'), { reason: 'By mistake' });
    expect(await failure(note(cancelled.id, '1'))).toBe('INVALID_STATE');
  });
});

describe('the delivery of an accepted offer', () => {
  it('takes what is left of it, at its amounts; its lines stay as they are', async () => {
    const quote = await run<QuoteRow>('createQuote', {
      ...{ account: ids.account, contact: ids.contact, subject: 'Office', validUntil: '2099-12-31' },
      lines: [{ product: ids.chair, quantity: '3' }],
      headerDiscounts: [{ percent: '7' }],
    });
    expect(await failure(run('createDeliveryFromQuote', { quote: quote.id }))).toBe('INVALID_STATE');
    const sent = await on<QuoteRow>('sendQuote', quote);
    await on('acceptQuote', sent, { by: 'Ana Vera' });
    const key = quote.lines[0]?.key ?? '';
    const first = await run('createDeliveryFromQuote', { quote: quote.id, lines: [{ key, quantity: '1' }] });
    const over = { quote: quote.id, lines: [{ key, quantity: '3' }] };
    expect(await failure(run('createDeliveryFromQuote', over))).toBe('OVER_DELIVERY');
    const rest = await run('createDeliveryFromQuote', { quote: quote.id });
    expect([first, rest].map(({ total }) => toDecimal(total))).toEqual(['106.95', '213.90']);
    expect(await failure(run('createDeliveryFromQuote', { quote: quote.id }))).toBe('NO_LINES');
    const lines = [{ product: ids.chair, quantity: '9' }];
    expect(await failure(on('updateDelivery', rest, { lines }))).toBe('FROM_A_DOCUMENT');
    await on('cancelDelivery', rest, { reason: 'Later' });
    const again = await run('createDeliveryFromQuote', { quote: quote.id });
    expect([toDecimal(again.total), again.lines[0]?.quantity]).toEqual(['213.90', '2']);
  });
});
