import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import { Product, type ProductRow } from '#modules/catalog/products';
import { Opportunity } from '#modules/sales/opportunities';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { Quote, type QuoteRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'chair' | 'lamp' | 'account' | 'contact', string>>;

const run = <Result = AnyRow>(operation: string, input: Readonly<Record<string, unknown>>) =>
  domain.run<Result>(operation, input, domain.actor());
const draft = (lines: readonly object[], more: object = {}) =>
  run<QuoteRow>('createQuote', {
    account: ids.account,
    contact: ids.contact,
    subject: 'Office',
    validUntil: '2099-12-31',
    lines,
    ...more,
  });
const amounts = ({ totals }: QuoteRow) => [totals.base, totals.tax, totals.total].map(toDecimal);

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

describe('a quote', () => {
  it('is priced on its day, counts what is chosen, and keeps its number through its versions', async () => {
    const quote = await draft(
      [
        { product: ids.chair, quantity: '2' },
        { product: ids.lamp, quantity: '1', isOptional: true },
        { product: ids.lamp, quantity: '2', alternative: 'light' },
        { product: ids.lamp, quantity: '3', alternative: 'light', isChosen: true },
      ],
      { headerDiscounts: [{ percent: '10' }] },
    );
    expect(quote).toMatchObject({ status: 'DRAFT', revision: 1, name: `${quote.number}/1`, isPrimary: false });
    expect(amounts(quote)).toEqual(['207.00', '31.05', '238.05']);
    expect(quote.lines.map(({ counts, total }) => [counts, toDecimal(total)])).toEqual([
      [true, '207.00'],
      [false, '11.50'],
      [false, '23.00'],
      [true, '31.05'],
    ]);
    const changed = await run<QuoteRow>('updateQuote', {
      id: quote.id,
      version: quote.version,
      lines: [{ product: ids.chair, quantity: '1' }],
      headerDiscounts: [],
    });
    expect(amounts(changed)).toEqual(['100.00', '15.00', '115.00']);
    expect(await failure(run('updateQuote', { id: quote.id, version: quote.version, subject: 'X' }))).toBe(
      'STALE_VERSION',
    );
  });

  it('is sent as a document that stays, and then only another version takes its place', async () => {
    const quote = await draft([{ product: ids.chair, quantity: '1' }]);
    const sent = await run<QuoteRow>('sendQuote', { id: quote.id, version: quote.version });
    expect(sent).toMatchObject({ status: 'SENT', openUntil: '2100-01-01T05:00:00.000Z' });
    expect(sent.pdfSha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await failure(run('updateQuote', { id: quote.id, version: sent.version, subject: 'X' }))).toBe(
      'INVALID_STATE',
    );
    const next = await run<QuoteRow>('reviseQuote', { id: quote.id, version: sent.version });
    expect(next).toMatchObject({ number: quote.number, revision: 2, previous: quote.id, status: 'DRAFT' });
    expect(await domain.reader().data(Quote).get(quote.id)).toMatchObject({ status: 'SUPERSEDED' });
    expect(await failure(run('acceptQuote', { id: quote.id, version: 4, by: 'Ana' }))).not.toBe('nothing failed');
  });

  it('is for an opportunity: its amount follows the primary one, and acceptance wins it', async () => {
    await run('createPipeline', { name: 'Sales', isDefault: true, stages: stages() });
    const opportunity = await run('createOpportunity', {
      name: 'Chairs',
      account: ids.account,
      contact: ids.contact,
      products: [{ product: ids.chair, quantity: '3' }],
    });
    const quote = await run<QuoteRow>('createQuoteFromOpportunity', { opportunity: opportunity.id });
    await domain.settle();
    const now = () => domain.reader().data(Opportunity).get(opportunity.id);
    expect(await now()).toMatchObject({ amount: { minor: 34_500 }, products: [{ product: ids.chair, quantity: '3' }] });
    const other = await run<QuoteRow>('createQuoteFromOpportunity', { opportunity: opportunity.id });
    expect([quote.isPrimary, other.isPrimary]).toEqual([true, false]);
    const sent = await run<QuoteRow>('sendQuote', { id: quote.id, version: quote.version });
    await run('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana Vera' });
    await domain.settle();
    expect(await now()).toMatchObject({ stageKind: 'WON', amount: { minor: 34_500 } });
  });

  it('has one primary version for each opportunity, also of two that are made at once, whatever becomes of the others', async () => {
    await run('createPipeline', { name: 'Sales', isDefault: true, stages: stages() });
    const products = [{ product: ids.chair, quantity: '1' }];
    const opportunity = (await run('createOpportunity', { name: 'Chairs', account: ids.account, products })).id;
    const make = () => run<QuoteRow>('createQuoteFromOpportunity', { opportunity });
    const isPrimary = async ({ id }: QuoteRow) => (await domain.reader().data(Quote).get(id)).isPrimary;
    const [first, second] = (await Promise.all([make(), make()])).sort((one) => (one.isPrimary ? -1 : 1)) as [
      QuoteRow,
      QuoteRow,
    ];
    expect([first.isPrimary, second.isPrimary]).toEqual([true, false]);
    const chosen = await run<QuoteRow>('makeQuotePrimary', { id: second.id, version: second.version });
    expect([await isPrimary(first), chosen.isPrimary]).toEqual([false, true]);
    const next = await run<QuoteRow>('reviseQuote', { id: second.id, version: chosen.version });
    expect([await isPrimary(second), next.isPrimary]).toEqual([false, true]);
    await run('cancelQuote', { id: next.id, version: next.version, reason: 'Other plans' });
    expect([await isPrimary(next), (await make()).isPrimary]).toEqual([false, true]);
    expect(await failure(run('makeQuotePrimary', { id: next.id, version: next.version + 1 }))).toBe('INVALID_STATE');
    await run('updateQuote', { id: first.id, version: first.version + 1, opportunity: null });
    expect(await domain.reader().data(Quote).get(first.id)).toMatchObject({ isPrimary: false });
    const stranger = (await run('createAccount', { name: 'Somebody else' })).id;
    const line = { product: ids.chair, quantity: '1' };
    expect(await failure(draft([line], { account: stranger, contact: null, opportunity }))).toBe('OTHER_ACCOUNT');
  });

  it('keeps its prices and the keys of its lines until something is priced anew', async () => {
    const line = { product: ids.chair, quantity: '1' };
    const quote = await draft([line, { ...line, quantity: '2' }]);
    const chair = await domain.reader().data(Product).get(ids.chair);
    await run('updateProduct', {
      id: ids.chair,
      version: chair.version,
      listPrice: { amount: '120', currency: 'USD' },
    });
    const named = await run<QuoteRow>('updateQuote', { id: quote.id, version: quote.version, subject: 'Home' });
    expect([named.subject, toDecimal(named.total)]).toEqual(['Home', '345.00']);
    const lines = [{ ...line, key: '2' }, line];
    const changed = await run<QuoteRow>('updateQuote', { id: quote.id, version: named.version, lines });
    expect(changed.lines.map(({ key, unitPrice }) => [key, unitPrice])).toEqual([
      ['2', '120'],
      ['1', '120'],
    ]);
  });

  it('takes few round trips to make', async () => {
    await draft([
      { product: ids.chair, quantity: '2' },
      { product: ids.lamp, quantity: '1', isOptional: true },
    ]);
    const { requests, trips } = domain.meter();
    expect(requests).toBeLessThanOrEqual(11);
    expect(trips).toBeLessThanOrEqual(6);
  });

  it('needs the approval of those whom a policy names when too much is given away', async () => {
    const boss = (await run('makePerson', { name: 'Boss' })).id;
    await run('createApprovalPolicy', {
      name: 'Discounts',
      kind: 'quote',
      from: { amount: '50', currency: 'USD' },
      steps: [{ by: 'PERSON', user: boss }],
    });
    const small = await draft([{ product: ids.chair, quantity: '1' }]);
    expect(await run('sendQuote', { id: small.id, version: small.version })).toMatchObject({ status: 'SENT' });
    const big = await draft([{ product: ids.chair, quantity: '10' }], { headerDiscounts: [{ percent: '10' }] });
    expect(await run('sendQuote', { id: big.id, version: big.version })).toMatchObject({ status: 'PENDING_APPROVAL' });
  });

  it('refuses what makes no offer', async () => {
    expect(await failure(draft([]))).toBe('NO_LINES');
    expect(await failure(draft([{ product: ids.chair, quantity: '1' }], { validUntil: '2000-01-01' }))).toBe(
      'ALREADY_OVER',
    );
    const twice = ['a', 'b'].map(() => ({ product: ids.chair, quantity: '1', alternative: 'x', isChosen: true }));
    expect(await failure(draft(twice))).toBe('TWO_CHOSEN');
    const nobody = await draft([{ product: ids.chair, quantity: '1' }], { contact: null });
    expect(await failure(run('sendQuote', { id: nobody.id, version: nobody.version }))).toBe('NO_CONTACT');
  });
});

const stages = () => [
  { key: 'NEW', labels: { es: 'Nuevo', en: 'New' }, probability: '10', kind: 'OPEN', category: 'PIPELINE' },
  { key: 'WON', labels: { es: 'Ganada', en: 'Won' }, probability: '100', kind: 'WON', category: 'CLOSED' },
  { key: 'LOST', labels: { es: 'Perdida', en: 'Lost' }, probability: '0', kind: 'LOST', category: 'CLOSED' },
];
