import { beforeEach, describe, expect, it } from '@jest/globals';
import { systemActor, toDecimal, type AnyRow } from '#kernel';
import { Order, type OrderRow } from '#modules/sales/orders';
import { Quote, type QuoteRow } from '#modules/sales/quotes';
import { failure } from '#test/support/domain';
import { billing } from '#test/support/billing';
import { worked } from '#test/support/invoice-lines';
import { Invoice, type InvoiceRow } from './index.ts';

const { start, run, draft, issue, issued, line, at, account, domain } = billing();
beforeEach(start);

const amounts = ({ totals }: Pick<InvoiceRow, 'totals'>) => [totals.base, totals.tax, totals.total].map(toDecimal);

describe('an invoice', () => {
  it('comes to the cent, and gets number, day, due day and seal when it is issued', async () => {
    const made = await draft(worked, { headerDiscounts: [{ percent: '5' }] });
    expect(made).toMatchObject({ status: 'DRAFT', balance: { minor: 0 }, buyer: { taxId: '1790016919001' } });
    expect(made.number).toBeUndefined();
    expect(amounts(made)).toEqual(['68.63', '9.26', '77.89']);
    const invoice = await issue(made.id);
    expect(invoice).toMatchObject({
      ...{ status: 'ISSUED', number: '001-001-000000001', issuedOn: '2026-11-22', dueOn: '2026-12-22', chainIndex: 1 },
      ...{ balance: { minor: 7789 }, paymentStatus: 'UNPAID', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await issue(made.id)).toMatchObject({ number: invoice.number, version: invoice.version });
    expect(await issued([line('1', '1')])).toMatchObject({ chainIndex: 2, previousHash: invoice.hash });
  });

  it('changes as a draft and never again', async () => {
    const made = await draft([line('1', '100')]);
    const at = { id: made.id, version: made.version };
    const changed = await run<InvoiceRow>('updateInvoice', { ...at, lines: [line('2', '100')], reference: 'PO-7' });
    expect([toDecimal(changed.total), changed.reference]).toEqual(['230.00', 'PO-7']);
    expect(await failure(run('updateInvoice', { ...at, notes: 'x' }))).toBe('STALE_VERSION');
    expect(await failure(run('issueInvoice', { invoice: made.id, version: made.version }))).toBe('DRAFT_CHANGED');
    const { version } = await issue(made.id, { version: changed.version });
    for (const change of [{ notes: 'x' }, { lines: [line('1', '1')] }])
      expect(await failure(run('updateInvoice', { id: made.id, version, ...change }))).toBe('FROZEN');
    expect(await failure(run('discardInvoice', { id: made.id, version, reason: 'x' }))).toBe('INVALID_STATE');
    const discarded = await draft([line('1', '1')]);
    await run('discardInvoice', { id: discarded.id, version: discarded.version, reason: 'Twice' });
    expect(await failure(issue(discarded.id))).toBe('INVALID_STATE');
    expect(await issued([line('1', '1')])).toMatchObject({ chainIndex: 2 });
  });

  it('names its buyer, in Ecuador from 50.01 on', async () => {
    const nobody = (await run('createAccount', { name: 'Passer-by' })).id;
    expect(await issued([line('1', '43.48')], { account: nobody })).toMatchObject({
      total: { minor: 5000 },
      buyer: { isFinalConsumer: true, taxId: '9999999999999', name: 'CONSUMIDOR FINAL' },
    });
    const dear = await draft([line('1', '43.49')], { account: nobody });
    expect(await failure(issue(dear.id))).toBe('BUYER_TAX_ID_MISSING');
    expect(await domain().reader().data(Invoice).get(dear.id)).toMatchObject({ status: 'DRAFT' });
  });

  it('has a day that follows the one before it, is not ahead, and not in closed books', async () => {
    await issued([line('1', '10')]);
    const made = await draft([line('1', '10')]);
    expect(await failure(issue(made.id, { on: '2026-11-21' }))).toBe('OUT_OF_ORDER');
    expect(await failure(issue(made.id, { on: '2026-11-23' }))).toBe('IN_FUTURE');
    await at.closed('2026-11-22');
    expect(await failure(issue(made.id))).toBe('PERIOD_CLOSED');
    domain().clock.set('2026-11-24T15:00:00.000Z');
    expect(await issue(made.id, { on: '2026-11-23' })).toMatchObject({ chainIndex: 2, issuedOn: '2026-11-23' });
  });

  it('is issued on the spot, or leaves nothing', async () => {
    const given = { account: account(), lines: [line('1', '10')] };
    expect(await run('billDirectly', given)).toMatchObject({ status: 'ISSUED', chainIndex: 1 });
    await at.closed('2026-11-22');
    expect(await failure(run('billDirectly', given))).toBe('PERIOD_CLOSED');
    const { rows } = await domain().reader().data(Invoice).page('byAccount', { of: account() });
    expect(rows).toHaveLength(1);
  });

  it('has an emission point, whose code never changes', async () => {
    const other = await run('createEmissionPoint', { code: '002-001' });
    expect(await failure(run('updateEmissionPoint', { id: other.id, version: 1, code: '003-001' }))).toBe('BAD_INPUT');
    expect(await issued([line('1', '1')], { emissionPoint: other.id })).toMatchObject({ number: '002-001-000000001' });
    await run('updateEmissionPoint', { id: other.id, version: 1, isDefault: true });
    expect(await issued([line('1', '1')])).toMatchObject({ number: '002-001-000000002' });
    await run('updateEmissionPoint', { id: other.id, version: 2, active: false });
    expect(await failure(issued([line('1', '1')]))).toBe('NO_EMISSION_POINT');
    expect(await failure(run('createEmissionPoint', { code: 'ABC' }))).toBe('BAD_INPUT');
  });
});

describe('a long invoice', () => {
  it('has 500 lines and is issued and credited whole', async () => {
    const lines = Array.from({ length: 500 }, (_, index) => line('1', String(index + 1)));
    const invoice = await issued(lines);
    expect(domain().meter().requests).toBeLessThanOrEqual(20);
    expect(toDecimal(invoice.totals.base)).toBe('125250.00');
    const note = await run('createCreditNote', { invoice: invoice.id, type: 'CANCELLATION', reason: 'Wrong' });
    await run('issueCreditNote', { creditNote: note.id });
    expect(await domain().reader().data(Invoice).get(invoice.id)).toMatchObject({ balance: { minor: 0 } });
    expect(await failure(draft([...lines, line('1', '1')]))).toBe('BAD_INPUT');
  });

  it('takes few requests to draft and to issue', async () => {
    const made = await draft([line('1', '10')]);
    expect(domain().meter().requests).toBeLessThanOrEqual(8);
    await issue(made.id);
    expect(domain().meter().requests).toBeLessThanOrEqual(15);
    expect(domain().meter().trips).toBeLessThanOrEqual(12);
  });
});

describe('an invoice of something sold before', () => {
  const accepted = async (lines: readonly object[], more: object = {}): Promise<QuoteRow> => {
    const contact = await run('createContact', { firstName: 'Ana', account: account(), email: 'ana@example.com' });
    const about = { account: account(), contact: contact.id, subject: 'Office', validUntil: '2099-12-31' };
    const quote = await run<QuoteRow>('createQuote', { ...about, lines, ...more });
    const { version } = await run('sendQuote', { id: quote.id, version: quote.version });
    return run<QuoteRow>('acceptQuote', { id: quote.id, version, by: 'Ana' });
  };

  it('has the prices of the offer, comes to the same, and uses it up once', async () => {
    const quote = await accepted(worked, { headerDiscounts: [{ percent: '5' }] });
    const first = await run<InvoiceRow>('createInvoiceFromQuote', { quote: quote.id });
    const second = await run<InvoiceRow>('createInvoiceFromQuote', { quote: quote.id });
    expect(amounts(first)).toEqual(['68.63', '9.26', '77.89']);
    expect(await failure(run('updateInvoice', { id: first.id, version: 1, lines: [line('1', '1')] }))).toBe(
      'LINES_AGREED',
    );
    await issue(first.id);
    expect(await domain().reader().data(Quote).get(quote.id)).toMatchObject({ status: 'CONVERTED' });
    expect(await failure(issue(second.id))).toBe('OVER_CONVERTED');
    expect(await failure(run('createInvoiceFromQuote', { quote: quote.id }))).toBe('NO_LINES');
  });

  it('uses up its offer once, however often its draft is discarded and made again', async () => {
    const quote = await accepted([line('1', '100')]);
    const first = await run<InvoiceRow>('createInvoiceFromQuote', { quote: quote.id });
    const discard = (made: InvoiceRow) =>
      run('discardInvoice', { id: made.id, version: made.version, reason: 'Wrong address' });
    const redraft = (invoice: string) => run<InvoiceRow>('redraftInvoice', { invoice });
    await discard(first);
    const second = await redraft(first.id);
    expect(second).toMatchObject({ quote: quote.id, lines: [{ quoteLine: '1' }] });
    await discard(second);
    expect(await failure(redraft(second.id))).toBe('ALREADY_REPLACED');
    await issue((await redraft(first.id)).id);
    expect(await failure(run('createInvoiceFromQuote', { quote: quote.id }))).toBe('NO_LINES');
  });

  it('takes of an order what is left, and gives it back when it is discarded or voided', async () => {
    const made = await run<OrderRow>('createOrder', { account: account(), lines: [line('4', '25')] });
    await run('confirmOrder', { id: made.id, version: made.version });
    const invoiced = async () => (await domain().reader().data(Order).get(made.id)).lines.map((each) => each.invoiced);
    const part = { order: made.id, lines: [{ key: '1', quantity: '3' }] };
    const first = await run<InvoiceRow>('createInvoiceFromOrder', part);
    expect([toDecimal(first.total), await invoiced()]).toEqual(['86.25', ['3']]);
    expect(await failure(run('createInvoiceFromOrder', part))).toBe('OVER_INVOICED');
    const rest = await run<InvoiceRow>('createInvoiceFromOrder', { order: made.id });
    expect(rest.lines).toMatchObject([{ quantity: '1', order: made.id, orderLine: '1' }]);
    await run('discardInvoice', { id: rest.id, version: rest.version, reason: 'Later' });
    expect(await invoiced()).toEqual(['3']);
    const { version } = await issue(first.id);
    await run('voidInvoice', { id: first.id, version, reason: 'Wrong customer' });
    expect(await invoiced()).toEqual(['0']);
  });
});

describe('voiding', () => {
  it('keeps number, seal and place, and owes nothing', async () => {
    const invoice = await issued([line('1', '100')], { reference: 'PO-7' });
    const voided = (more: object = {}) =>
      run<InvoiceRow>('voidInvoice', { id: invoice.id, version: invoice.version, reason: 'Wrong', ...more });
    domain().clock.set('2026-12-08T15:00:00.000Z');
    expect(await failure(voided())).toBe('VOID_NOT_ALLOWED');
    domain().clock.set('2026-12-07T15:00:00.000Z');
    await at.closed('2026-11-30');
    expect(await failure(voided())).toBe('PERIOD_CLOSED');
    await at.closed('2026-10-31');
    const { number, hash } = invoice;
    expect(await voided()).toMatchObject({ status: 'VOIDED', number, hash, balance: { minor: 0 }, reinvoice: true });
    expect(await failure(voided())).toBe('STALE_VERSION');
    const again = await run<InvoiceRow>('redraftInvoice', { invoice: invoice.id });
    expect(again).toMatchObject({ status: 'DRAFT', replaces: invoice.id, total: invoice.total, reference: 'PO-7' });
    expect(await failure(run('redraftInvoice', { invoice: invoice.id }))).toBe('ALREADY_REPLACED');
    expect(await failure(run('redraftInvoice', { invoice: again.id }))).toBe('INVALID_STATE');
    await run('discardInvoice', { id: again.id, version: again.version, reason: 'Nothing left' });
    const third = await run<InvoiceRow>('redraftInvoice', { invoice: invoice.id });
    expect(await domain().reader().data(Invoice).get(invoice.id)).toMatchObject({ replacedBy: third.id });
  });

  it('is not for final consumers, nor in Spain', async () => {
    const nobody = (await run('createAccount', { name: 'Passer-by' })).id;
    const small = await issued([line('1', '10')], { account: nobody });
    const give = { id: small.id, version: small.version, reason: 'Wrong' };
    expect(await failure(run('voidInvoice', give))).toBe('VOID_NOT_ALLOWED');
    const invoice = await issued([line('1', '100')]);
    const spaniard = domain().actor({ ...systemActor(domain().actor().tenant, 'x'), country: 'ES' });
    const asked = { id: invoice.id, version: invoice.version, reason: 'Wrong' };
    expect(await failure(domain().run<AnyRow>('voidInvoice', asked, spaniard))).toBe('VOID_NOT_ALLOWED');
  });
});
