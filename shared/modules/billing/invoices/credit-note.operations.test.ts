import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import { Order, type OrderRow } from '#modules/sales/orders';
import { failure } from '#test/support/domain';
import { billing } from '#test/support/billing';
import { line, usd, worked } from '#test/support/invoice-lines';
import { Advance, CreditNote, Invoice, type AdvanceRow, type CreditNoteRow, type InvoiceRow } from './index.ts';

const { start, run, draft, issue, issued, at, account, domain } = billing();
beforeEach(start);

const credit = (invoice: string, type: string, more: object = {}) =>
  run<CreditNoteRow>('createCreditNote', { invoice, type, reason: 'Agreed', ...more });
const issueNote = (creditNote: string) => run<CreditNoteRow>('issueCreditNote', { creditNote });
const credited = async (invoice: string, type: string, more: object = {}) =>
  issueNote((await credit(invoice, type, more)).id);
const now = (id: string): Promise<InvoiceRow> => domain().reader().data(Invoice).get(id);
const amounts = ({ totals }: CreditNoteRow) => [totals.base, totals.tax, totals.total].map(toDecimal);

describe('a credit note', () => {
  it('takes units back with their discounts and taxes; all of them come to the invoice, to the cent', async () => {
    const invoice = await issued(worked, { headerDiscounts: [{ percent: '5' }] });
    const one = await credited(invoice.id, 'RETURN', { lines: [{ line: '1', quantity: '1' }] });
    expect(one).toMatchObject({ status: 'ISSUED', number: '001-001-000000001', open: { minor: 0 } });
    expect(amounts(one)).toEqual(['17.09', '2.56', '19.65']);
    expect(one.lines).toMatchObject([{ quantity: '1', unitPrice: '19.99', gross: { minor: 1999 } }]);
    expect(await now(invoice.id)).toMatchObject({ balance: { minor: 5824 }, paymentStatus: 'PARTIALLY_PAID' });
    const rest = await credited(invoice.id, 'CANCELLATION');
    expect(toDecimal(rest.total)).toBe('58.24');
    expect(await now(invoice.id)).toMatchObject({ balance: { minor: 0 }, paymentStatus: 'PAID' });
    expect(await failure(credit(invoice.id, 'CANCELLATION'))).toBe('NOTHING_LEFT');
  });

  it('credits an amount off lines or off all of them, and never more than is left', async () => {
    const invoice = await issued([line('2', '50'), line('1', '100')]);
    const price = await credited(invoice.id, 'PRICE', { lines: [{ line: '1', amount: usd('10') }] });
    expect(amounts(price)).toEqual(['10.00', '1.50', '11.50']);
    const rebate = await credited(invoice.id, 'REBATE', { amount: usd('19') });
    expect(rebate.lines.map(({ base }) => toDecimal(base))).toEqual(['9.00', '10.00']);
    const too = { lines: [{ line: '1', amount: usd('81.01') }] };
    expect(await failure(credit(invoice.id, 'PRICE', too))).toBe('OVER_CREDITED');
    expect(await failure(credit(invoice.id, 'RETURN', { lines: [{ line: '1', quantity: '3' }] }))).toBe(
      'OVER_CREDITED',
    );
    const half = await credited(invoice.id, 'RETURN', { lines: [{ line: '1', quantity: '1' }] });
    expect(amounts(half)).toEqual(['40.50', '6.08', '46.58']);
    expect(half.lines).toMatchObject([{ unitPrice: '40.5' }]);
  });

  it('that was drafted beside another is issued only as far as something is left', async () => {
    const invoice = await issued([line('1', '100')]);
    const [first, second] = [await credit(invoice.id, 'CANCELLATION'), await credit(invoice.id, 'CANCELLATION')];
    await issueNote(first.id);
    expect(await failure(issueNote(second.id))).toBe('OVER_CREDITED');
    expect(await domain().reader().data(CreditNote).get(second.id)).toMatchObject({ status: 'DRAFT' });
    expect(await issueNote(first.id)).toMatchObject({ chainIndex: 1 });
    await run('discardCreditNote', { id: second.id, version: second.version, reason: 'Twice' });
  });

  it('stays open for what the invoice does not owe any more', async () => {
    const invoice = await issued([line('1', '100')]);
    await run('pay', { id: invoice.id, amount: usd('100') });
    expect(await credited(invoice.id, 'CANCELLATION')).toMatchObject({
      ...{ total: { minor: 11_500 }, open: { minor: 10_000 } },
      applications: [{ invoice: invoice.id, amount: { minor: 1500 } }],
    });
    const { version } = await now(invoice.id);
    expect(await failure(run('voidInvoice', { id: invoice.id, version, reason: 'x' }))).toBe('SETTLED_ALREADY');
    expect(await failure(run('pay', { id: invoice.id, amount: usd('0.01') }))).toBe('OVER_SETTLED');
  });

  it('gives an order back what came back and is to be invoiced again', async () => {
    const order = await run<OrderRow>('createOrder', { account: account(), lines: [line('4', '25')] });
    await run('confirmOrder', { id: order.id, version: order.version });
    const invoice = await issue((await run('createInvoiceFromOrder', { order: order.id })).id);
    await credited(invoice.id, 'PRICE', { amount: usd('5') });
    const one = { lines: [{ line: '1', quantity: '1' }] };
    await credited(invoice.id, 'RETURN', { ...one, reinvoice: true });
    expect((await domain().reader().data(Order).get(order.id)).lines).toMatchObject([{ invoiced: '3' }]);
    await credited(invoice.id, 'RETURN', one);
    expect((await domain().reader().data(Order).get(order.id)).lines).toMatchObject([{ invoiced: '3' }]);
  });

  it('is refused for drafts, final consumers, other currencies, closed books and nonsense', async () => {
    const made = await draft([line('1', '10')]);
    expect(await failure(credit(made.id, 'CANCELLATION'))).toBe('NOT_ISSUED');
    const nobody = (await run('createAccount', { name: 'Passer-by' })).id;
    const small = await issued([line('1', '10')], { account: nobody });
    expect(await failure(credit(small.id, 'CANCELLATION'))).toBe('NOT_CREDITABLE');
    const { id } = await issue(made.id);
    const fails = (more: object, type = 'PRICE') => failure(credit(id, type, more));
    expect(await fails({ amount: { amount: '1', currency: 'EUR' } })).toBe('CURRENCY_MISMATCH');
    expect(await fails({ lines: [{ line: '9', quantity: '1' }] })).toBe('LINE_NOT_FOUND');
    expect(await fails({ lines: [{ line: '1' }] })).toBe('LINE_INCOMPLETE');
    expect(await fails({ amount: usd('-1') })).toBe('BAD_INPUT');
    for (const nothing of ['-1', '0'])
      expect(await fails({ lines: [{ line: '1', amount: usd(nothing) }] })).toBe('BAD_INPUT');
    expect(await fails({ amount: usd('1') }, 'CANCELLATION')).toBe('BAD_INPUT');
    const note = await credit(id, 'CANCELLATION');
    await at.closed('2026-11-22');
    expect(await failure(issueNote(note.id))).toBe('PERIOD_CLOSED');
  });
});

describe('an advance', () => {
  const advanceOf = async (amount: string): Promise<AdvanceRow> => {
    const { advance = '' } = await issued([line('1', amount, { description: 'Advance' })], { kind: 'ADVANCE' });
    return domain().reader().data(Advance).get(advance);
  };
  const left = async ({ id }: AnyRow) => toDecimal((await domain().reader().data(Advance).get(id)).remaining);

  it('is credited in Ecuador and reduces the invoice that was issued in full, never by more than is left', async () => {
    const advance = await advanceOf('100');
    expect(advance).toMatchObject({ total: { minor: 11_500 }, remaining: { minor: 11_500 } });
    const invoice = await issued([line('1', '80')]);
    const ask = { advance: advance.id, invoice: invoice.id };
    expect(await failure(run('applyAdvance', { ...ask, amount: usd('92.01') }))).toBe('OVER_SETTLED');
    expect(await run('applyAdvance', ask)).toMatchObject({ balance: { minor: 0 }, credited: { minor: 9200 } });
    expect(await left(advance)).toBe('23.00');
    expect((await domain().settle()).map(({ type }) => type)).toContain('creditNote.issued');
    const { rows } = await domain().reader().data(CreditNote).page('byAccount', { of: account(), open: false });
    expect(rows).toMatchObject([{ type: 'ADVANCE_APPLICATION', total: { minor: 9200 }, open: { minor: 0 } }]);
    const next = await issued([line('1', '80')]);
    const asked = { advance: advance.id, invoice: next.id };
    expect(await failure(run('applyAdvance', { ...asked, amount: usd('23.01') }))).toBe('OVER_CREDITED');
    expect(await run('applyAdvance', asked)).toMatchObject({ balance: { minor: 6900 } });
    expect(await failure(run('applyAdvance', asked))).toBe('OVER_APPLIED');
  });

  it('is deducted elsewhere from the draft, with its taxes, and comes back when that is given up', async () => {
    const spaniard = () => domain().actor({ country: 'ES', currency: 'EUR' });
    const as = <Result = AnyRow>(name: string, input: object) => domain().run<Result>(name, { ...input }, spaniard());
    const made = await as('createInvoice', { account: account(), kind: 'ADVANCE', lines: [line('1', '100')] });
    const paid = await as<InvoiceRow>('issueInvoice', { invoice: made.id });
    const advance = paid.advance ?? '';
    const final = await as<InvoiceRow>('createInvoice', { account: account(), lines: [line('1', '300')] });
    const reduce = (amount: string) =>
      as<InvoiceRow>('applyAdvance', { advance, invoice: final.id, amount: { amount, currency: 'EUR' } });
    expect(await failure(reduce('121.01'))).toBe('OVER_APPLIED');
    const first = await reduce('33.33');
    expect(first).toMatchObject({ total: { minor: 32_967 }, totals: { total: { minor: 36_300 } } });
    const both = await as<InvoiceRow>('applyAdvance', { advance, invoice: final.id });
    expect(
      both.deductions.map(({ base, taxes }) => [base, ...taxes.map(({ amount }) => amount)].map(toDecimal)),
    ).toEqual([
      ['27.55', '5.78'],
      ['72.45', '15.22'],
    ]);
    expect(await left({ id: advance } as AnyRow)).toBe('0.00');
    const over = { id: final.id, version: both.version, lines: [line('1', '1')] };
    expect(await failure(as('updateInvoice', over))).toBe('ADVANCE_APPLIED');
    await as('discardInvoice', { id: final.id, version: both.version, reason: 'Wrong' });
    expect(await left({ id: advance } as AnyRow)).toBe('121.00');
  });

  it('is of its own account, and is not voided once something of it was used', async () => {
    const advance = await advanceOf('100');
    const stranger = (await run('createAccount', { name: 'Other', taxId: '1790085783001' })).id;
    const foreign = await issued([line('1', '80')], { account: stranger });
    expect(await failure(run('applyAdvance', { advance: advance.id, invoice: foreign.id }))).toBe('OTHER_ACCOUNT');
    const unused = await now(advance.invoice);
    await run('voidInvoice', { id: unused.id, version: unused.version, reason: 'Not paid' });
    expect(await left(advance)).toBe('0.00');
    const used = await advanceOf('100');
    await run('applyAdvance', { advance: used.id, invoice: (await issued([line('1', '80')])).id });
    const { id, version } = await now(used.invoice);
    expect(await failure(run('voidInvoice', { id, version, reason: 'x' }))).toBe('ADVANCE_APPLIED');
  });
});
