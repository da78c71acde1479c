import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import type { ProductRow } from '#modules/catalog/products';
import { Quote, type QuoteRow } from '#modules/sales/quotes';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import type { OrderRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'chair' | 'lamp' | 'account' | 'contact', string>>;

const run = <Result = AnyRow>(operation: string, input: object) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, domain.actor());

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  const product = async (sku: string, price: string) =>
    (await run<ProductRow>('createProduct', { sku, name: sku, listPrice: { amount: price, currency: 'USD' } })).id;
  const account = (await run('createAccount', { name: 'Customer' })).id;
  const contact = (
    await run('createContact', { firstName: 'Ana', lastName: 'Vera', account, email: 'ana@example.com' })
  ).id;
  ids = { chair: await product('CHAIR', '100'), lamp: await product('LAMP', '10'), account, contact };
});

describe('an order', () => {
  it('comes of an accepted offer in parts that add up to it, and never comes to more', async () => {
    const quote = await run<QuoteRow>('createQuote', {
      ...{ account: ids.account, contact: ids.contact, subject: 'Office', validUntil: '2099-12-31' },
      lines: [
        { product: ids.chair, quantity: '3' },
        { product: ids.lamp, quantity: '5', isOptional: true },
      ],
      headerDiscounts: [{ percent: '7' }],
    });
    const sent = await run<QuoteRow>('sendQuote', { id: quote.id, version: quote.version });
    await run('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana Vera' });
    const key = quote.lines[0]?.key ?? '';
    const first = await run<OrderRow>('createOrderFromQuote', { quote: quote.id, lines: [{ key, quantity: '1' }] });
    expect(await failure(run('createOrderFromQuote', { quote: quote.id, lines: [{ key, quantity: '3' }] }))).toBe(
      'OVER_CONVERTED',
    );
    const rest = await run<OrderRow>('createOrderFromQuote', { quote: quote.id, requestedOn: '2026-12-10' });
    expect([first, rest].map(({ total }) => toDecimal(total))).toEqual(['106.95', '213.90']);
    expect(first.total.minor + rest.total.minor).toBe(quote.total.minor);
    expect(rest).toMatchObject({
      ...{ quote: quote.id, contact: ids.contact, arePricesAgreed: true, status: 'DRAFT' },
      lines: [{ quantity: '2', quoteLine: key, expectedOn: '2026-12-10' }],
    });
    expect(await failure(run('createOrderFromQuote', { quote: quote.id }))).toBe('NO_LINES');
    expect(await domain.reader().data(Quote).get(quote.id)).toMatchObject({ status: 'CONVERTED' });
    expect(await failure(run('updateOrder', { id: rest.id, version: 1, lines: [] }))).toBe('PRICES_AGREED');
  });
});
