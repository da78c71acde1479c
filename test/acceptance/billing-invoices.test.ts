import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { line, usd, worked } from '#test/support/invoice-lines';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Invoice = Answered & {
  readonly number: string | null;
  readonly status: string;
  readonly total: Money;
  readonly balance: Money;
  readonly hash: string | null;
  readonly advance: { readonly id: string } | null;
};
type CreditNote = Answered & { readonly number: string | null; readonly total: Money; readonly open: Money };
type Proof = { readonly checked: number; readonly problems: readonly object[] };

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const { ask, act, signIn } = openClient(() => cloud);
const ids = { chair: '', account: '', contact: '' };

const fields =
  'number status issuedOn dueOn hash total { amount } balance { amount } advance { id } order { id } buyer { name taxId isFinalConsumer }';
const noteFields = 'number status type total { amount } open { amount } lines { quantity total { amount } }';
const draft = (more: object = {}, caller = seller) =>
  act<Invoice>('createInvoice', { account: ids.account, lines: [line('1', '100')], ...more }, fields, caller);
const issue = (invoice: { readonly id: string }, caller = seller, more: object = {}) =>
  act<Invoice>('issueInvoice', { invoice: invoice.id, ...more }, fields, caller);
const issued = async (more: object = {}) => issue(await draft(more));
const credit = async (invoice: string, more: object) =>
  act<CreditNote>('createCreditNote', { invoice, reason: 'Acordado', ...more }, noteFields, seller);
const issueNote = (creditNote: string, caller = manager) =>
  act<CreditNote>('issueCreditNote', { creditNote }, noteFields, caller);
const read = async (id: string) =>
  (await ask<{ invoice: Invoice }>(`query($id: ID!) { invoice(id: $id) { id version ${fields} } }`, { id })).invoice;
const proof = async (series = 'invoice/001-001') =>
  (
    await ask<{ verifyDocuments: Proof }>(
      'query($series: String!) { verifyDocuments(series: $series, first: 500) { checked problems { place problem } } }',
      { series },
    )
  ).verifyDocuments;
const mailTo = async (to: string) => {
  const [mail] = await cloud.mailbox({ to });
  if (!mail) throw new Error(`Nobody wrote to ${to}.`);
  const [, page = ''] = /href="([^"]+\/p\/invoice\/[^"]+)"/.exec(mail.html ?? '') ?? [];
  const attachment = new URL(mail.attachments[0]?.url ?? '', cloud.ready().mailbox);
  return { subject: mail.subject, attachment, page: page.replaceAll('&amp;', '&') };
};
const beginningOf = async (answer: Response) => new TextDecoder().decode((await answer.arrayBuffer()).slice(0, 5));
const numberOf = ({ number }: { readonly number: string | null }): number => Number(number?.slice(-9));

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = [await signIn('seller'), await signIn('administrator')];
  const price = { listPrice: usd('100') };
  ids.chair = (await act('createProduct', { sku: 'SILLA', name: 'Silla', ...price })).id;
  const customer = { name: 'Cliente', legalName: 'Cliente S.A.', taxId: '1790016919001', paymentDays: 30 };
  ids.account = (await act('createAccount', customer, '', seller)).id;
  const person = { firstName: 'Ana', lastName: 'Vera', email: 'ana@cliente.test', language: 'es' };
  ids.contact = (await act('createContact', { ...person, account: ids.account }, '', seller)).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('invoices', () => {
  it('INV-01 are made of accounts and products, come to the cent, and never change once they are issued', async () => {
    const given = { lines: worked, headerDiscounts: [{ percent: '5' }], idempotencyKey: 'invoice-1' };
    const made = await draft(given);
    expect(made).toMatchObject({ status: 'DRAFT', number: null, total: { amount: '77.89' }, hash: null });
    expect((await draft(given)).id).toBe(made.id);
    const again = { idempotencyKey: 'issue-1' };
    const invoice = await issue(made, seller, again);
    expect(invoice).toMatchObject({
      ...{ status: 'ISSUED', number: '001-001-000000001', balance: { amount: '77.89' } },
      buyer: { name: 'Cliente S.A.', taxId: '1790016919001', isFinalConsumer: false },
    });
    expect(await issue(made, seller, again)).toMatchObject({ number: invoice.number, version: invoice.version });
    const { id, version } = invoice;
    for (const [name, input, code] of [
      ['updateInvoice', { id, version, notes: 'x' }, 'FROZEN'],
      ['updateInvoice', { id, version: 1, notes: 'x' }, 'STALE_VERSION'],
      ['discardInvoice', { id, version, reason: 'x' }, 'INVALID_STATE'],
    ] as const)
      expect(await failing(act(name, input, '', seller))).toContain(code);
    const products = await draft({ lines: [{ product: ids.chair, quantity: '2' }] });
    expect(products.total.amount).toBe('230.00');
    expect(await failing(draft({ lines: [{ product: ids.chair, quantity: '-1' }] }))).toContain('BAD_INPUT');
    expect(await failing(draft({ lines: [] }))).toContain('NO_LINES');
    expect(await failing(draft({ lines: Array.from({ length: 501 }, () => line('1', '1')) }))).toContain('BAD_INPUT');
    expect(await proof()).toEqual({ checked: 1, problems: [] });
  });

  it('INV-01 leave as a PDF by mail, with a page that tells when it was opened', async () => {
    const invoice = await issued({ contact: ids.contact });
    await act('sendInvoice', { invoice: invoice.id, message: 'Gracias' }, '', seller);
    await cloud.idle();
    const { subject, attachment, page } = await mailTo('ana@cliente.test');
    expect(subject).toBe(`Factura ${String(invoice.number)}`);
    expect(await beginningOf(await fetch(attachment))).toBe('%PDF-');
    expect(await (await fetch(page)).text()).toContain('115,00');
    expect(await beginningOf(await fetch(page, { method: 'POST' }))).toBe('%PDF-');
    const seen = await ask<{ invoice: object }>('query($id: ID!) { invoice(id: $id) { viewedAt sentAt } }', {
      id: invoice.id,
    });
    expect(seen.invoice).toEqual({ viewedAt: expect.any(String) as unknown, sentAt: expect.any(String) as unknown });
  });

  it('INV-01 have numbers without gap when many issue at once, and some get theirs in turn', async () => {
    const last = numberOf(await issued());
    const drafts = await Promise.all(Array.from({ length: 12 }, () => draft()));
    const answers = await Promise.all(drafts.map((each) => issue(each)));
    expect(answers.every(({ status }) => status === 'ISSUED' || status === 'ISSUING')).toBe(true);
    await cloud.idle();
    const numbers = await Promise.all(drafts.map(async ({ id }) => numberOf(await read(id))));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, index) => last + index + 1));
    expect((await proof()).problems).toEqual([]);
  });

  it('INV-03 are written by hand: changed, refused without a tax number, given up without a number', async () => {
    const made = await draft({ reference: 'OC-77', notes: 'Gracias' });
    const change = { id: made.id, version: made.version, lines: [line('2', '100')], paymentDays: 10 };
    const changed = await act<Invoice>('updateInvoice', change, fields, seller);
    expect(changed.total.amount).toBe('230.00');
    const nobody = (await act('createAccount', { name: 'De paso' }, '', seller)).id;
    const dear = await draft({ account: nobody });
    expect(await failing(issue(dear))).toContain('BUYER_TAX_ID_MISSING');
    expect(await issued({ account: nobody, lines: [line('1', '10')] })).toMatchObject({
      buyer: { isFinalConsumer: true, name: 'CONSUMIDOR FINAL' },
    });
    const before = numberOf(await issued());
    await act('discardInvoice', { id: dear.id, version: dear.version, reason: 'Sin RUC' }, '', seller);
    expect(numberOf(await issue(changed))).toBe(before + 1);
  });

  it('INV-04 are issued on the spot, or made of an offer or an order in one call', async () => {
    const sale = { account: ids.account, lines: [{ product: ids.chair, quantity: '1' }] };
    expect(await act<Invoice>('billDirectly', sale, fields, seller)).toMatchObject({ status: 'ISSUED' });
    const offer = { account: ids.account, contact: ids.contact, subject: 'Sillas', validUntil: '2099-12-31' };
    const quote = await act('createQuote', { ...offer, lines: sale.lines }, '', seller);
    const sent = await act('sendQuote', { id: quote.id, version: quote.version }, '', seller);
    expect(await failing(act('createInvoiceFromQuote', { quote: quote.id }, '', seller))).toContain('INVALID_STATE');
    await act('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana' }, '', seller);
    const ofQuote = await act<Invoice>('createInvoiceFromQuote', { quote: quote.id }, fields, seller);
    expect(await issue(ofQuote)).toMatchObject({ total: { amount: '115.00' } });
    const order = await act('createOrder', { ...sale, lines: [{ product: ids.chair, quantity: '4' }] }, '', seller);
    await act('confirmOrder', { id: order.id, version: order.version }, '', seller);
    const part = { order: order.id, lines: [{ key: '1', quantity: '3' }] };
    const ofOrder = await act<Invoice>('createInvoiceFromOrder', part, fields, seller);
    expect(ofOrder).toMatchObject({ total: { amount: '345.00' }, order: { id: order.id } });
    expect(await failing(act('createInvoiceFromOrder', part, '', seller))).toContain('OVER_INVOICED');
  });

  it('INV-04 may be for an advance, which later invoices are reduced by, never by more than is left', async () => {
    const paid = await issued({ kind: 'ADVANCE', lines: [line('1', '50', { description: 'Anticipo' })] });
    const advance = paid.advance?.id ?? '';
    const final = await issued();
    const input = { advance, invoice: final.id };
    expect(await failing(act('applyAdvance', input, '', seller))).toContain('FORBIDDEN');
    expect(await act('applyAdvance', input, fields, manager)).toMatchObject({ balance: { amount: '57.50' } });
    expect(await failing(act('applyAdvance', input, '', manager))).toContain('OVER_APPLIED');
    expect((await proof('credit-note/001-001')).problems).toEqual([]);
  });

  it('INV-07 are voided by those who may, keep their number, and free what they were for', async () => {
    const order = await act(
      'createOrder',
      { account: ids.account, lines: [{ product: ids.chair, quantity: '1' }] },
      '',
      seller,
    );
    await act('confirmOrder', { id: order.id, version: order.version }, '', seller);
    const from = () => act<Invoice>('createInvoiceFromOrder', { order: order.id }, fields, seller);
    const invoice = await issue(await from());
    const given = { id: invoice.id, version: invoice.version, reason: 'Otro cliente' };
    expect(await failing(act('voidInvoice', given, '', seller))).toContain('FORBIDDEN');
    expect(await act('voidInvoice', given, fields, manager)).toMatchObject({
      ...{ status: 'VOIDED', number: invoice.number, hash: invoice.hash, balance: { amount: '0.00' } },
    });
    const again = await issue(await act<Invoice>('redraftInvoice', { invoice: invoice.id }, fields, seller));
    expect(numberOf(again)).toBe(numberOf(invoice) + 1);
    expect((await proof()).problems).toEqual([]);
    const { me } = await ask<{ me: { tenant: Answered } }>('{ me { tenant { id version } } }');
    const { tenant } = me;
    await act('updateTenant', { id: tenant.id, version: tenant.version, closedUntil: '2099-12-31' });
    const closed = { id: again.id, version: again.version, reason: 'Tarde' };
    expect(await failing(act('voidInvoice', closed, '', manager))).toContain('PERIOD_CLOSED');
    expect(await failing(issue(await draft()))).toContain('PERIOD_CLOSED');
    await act('updateTenant', { id: tenant.id, version: tenant.version + 1, closedUntil: null });
  });

  it('INV-08 are credited for returns, prices, rebates and all of it, never beyond what they were', async () => {
    const invoice = await issued({ lines: worked, headerDiscounts: [{ percent: '5' }] });
    const back = await credit(invoice.id, { type: 'RETURN', lines: [{ line: '1', quantity: '1' }] });
    expect(back.total.amount).toBe('19.65');
    expect(await failing(issueNote(back.id, seller))).toContain('FORBIDDEN');
    expect(await issueNote(back.id)).toMatchObject({ status: 'ISSUED', open: { amount: '0.00' } });
    expect((await read(invoice.id)).balance.amount).toBe('58.24');
    const rebate = await credit(invoice.id, { type: 'REBATE', amount: usd('5') });
    await issueNote(rebate.id);
    const over = { type: 'RETURN', lines: [{ line: '1', quantity: '3' }] };
    expect(await failing(credit(invoice.id, over))).toContain('OVER_CREDITED');
    expect(await failing(credit(invoice.id, { type: 'PRICE', amount: { amount: '1', currency: 'EUR' } }))).toContain(
      'CURRENCY_MISMATCH',
    );
    await issueNote((await credit(invoice.id, { type: 'CANCELLATION' })).id);
    expect(await read(invoice.id)).toMatchObject({ status: 'ISSUED', balance: { amount: '0.00' } });
    expect(await failing(credit(invoice.id, { type: 'CANCELLATION' }))).toContain('NOTHING_LEFT');
    const { invoice: seen } = await ask<{ invoice: object }>(
      'query($id: ID!) { invoice(id: $id) { paymentStatus credited { amount } lines { key credited } } }',
      { id: invoice.id },
    );
    expect(seen).toMatchObject({ paymentStatus: 'PAID', credited: { amount: '77.89' } });
    expect((await proof('credit-note/001-001')).problems).toEqual([]);
  });

  it('INV-01 belong to their tenant and to those who may see the account', async () => {
    const invoice = await issued();
    const support = await signIn('support');
    expect(await failing(draft({}, support))).toContain('FORBIDDEN');
    const olga = await startOtherTenant(cloud);
    expect(await failing(act('sendInvoice', { invoice: invoice.id }, '', olga))).toContain('NOT_FOUND');
    const { invoices } = await ask<{ invoices: { nodes: readonly object[] } }>(
      '{ invoices { nodes { id } } }',
      {},
      olga,
    );
    expect(invoices.nodes).toEqual([]);
  });
});
