import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import { Invoice, type InvoiceRow } from '#modules/billing/invoices';
import { Activity, ActivityType, defaultActivityTypes } from '#modules/engagement/activities';
import { Account } from '#modules/parties/accounts';
import { Mail } from '#modules/platform/mail-out';
import { Notification } from '#modules/platform/notifications';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules } from '#test/support/parties';
import { InvoiceRequest, type InvoiceRequestRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ids: Readonly<Record<'chair' | 'account' | 'contact' | 'seller' | 'accountant', string>>;

const run = <Result = AnyRow>(operation: string, input: object, actor = domain.actor()) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, actor);
const as = (user: string) => domain.actor({ id: user, userId: user });
const stage = (key: string, kind: string, more: object = {}) => ({
  ...{ key, kind, labels: { es: key, en: key }, probability: '50' },
  ...more,
});
const deal = (more: object = {}) =>
  run('createOpportunity', {
    ...{ name: 'Chairs', account: ids.account, contact: ids.contact, owner: ids.seller },
    products: [{ product: ids.chair, quantity: '2' }],
    ...more,
  });
const move = async (opportunity: AnyRow, to: string) => {
  const moved = await run('moveOpportunity', { id: opportunity.id, stage: to });
  await domain.settle();
  return moved;
};
const rowsOf = async <Row>(of: Parameters<ReturnType<Domain['reader']>['trusted']>[0]) =>
  (await domain.reader().trusted(of).list({ first: 100 })).rows as unknown as readonly Row[];

beforeEach(async () => {
  domain = startDomain({ modules: partyModules, table: tenanted.table, tenant: tenanted.tenant });
  await run('createEmissionPoint', { code: '001-001', name: 'Main', address: 'Quito', isDefault: true });
  for (const type of defaultActivityTypes.filter(({ key }) => key === 'TASK'))
    await run(`create${ActivityType.name}`, type);
  await run('createPipeline', {
    ...{ name: 'Sales', isDefault: true },
    stages: [
      stage('NEW', 'OPEN'),
      stage('PAY', 'OPEN', { forPayment: true }),
      stage('WON', 'WON'),
      stage('LOST', 'LOST'),
    ],
  });
  const price = { listPrice: { amount: '100', currency: 'USD' } };
  const address = [{ street: 'Av. Amazonas 1', city: 'Quito', country: 'EC' }];
  const account = (
    await run('createAccount', { name: 'Customer', taxId: '1790012345001', addresses: address, paymentDays: 30 })
  ).id;
  ids = {
    ...{ chair: (await run('createProduct', { sku: 'CHAIR', name: 'Chair', ...price })).id, account },
    contact: (await run('createContact', { firstName: 'Ana', lastName: 'Vera', account, email: 'ana@example.com' })).id,
    seller: (await run('makePerson', { name: 'Seller' })).id,
    accountant: (await run('makePerson', { name: 'Accountant' })).id,
  };
});

describe('a request for an invoice', () => {
  it('has tax data, lines and terms; answered, it is an invoice that was mailed, and the asker knows', async () => {
    const opportunity = await deal();
    const ask = () =>
      run<InvoiceRequestRow>('requestInvoice', { opportunity: opportunity.id, reference: 'OC-7' }, as(ids.seller));
    const asked = await ask();
    expect(asked).toMatchObject({
      ...{ status: 'REQUESTED', owner: ids.seller, missing: [], paymentDays: 30, reference: 'OC-7' },
      buyer: { name: 'Customer', taxId: '1790012345001', address: 'Av. Amazonas 1, Quito', email: 'ana@example.com' },
      lines: [{ product: ids.chair, quantity: '2' }],
    });
    expect(toDecimal(asked.total)).toBe('230.00');
    expect(await failure(ask())).toBe('ALREADY_REQUESTED');
    const { id, version } = asked;
    const done = await run<InvoiceRequestRow>('fulfilInvoiceRequest', { id, version }, as(ids.accountant));
    await domain.settle();
    expect(done).toMatchObject({ status: 'INVOICED', answeredBy: ids.accountant });
    const invoice = await domain
      .reader()
      .data(Invoice)
      .get(done.invoice ?? '');
    expect(invoice).toMatchObject({ status: 'ISSUED', reference: 'OC-7', opportunity: opportunity.id });
    expect(toDecimal(invoice.total)).toBe('230.00');
    expect((await rowsOf<AnyRow>(Mail)).map(({ about }) => about)).toContain(invoice.id);
    expect((await rowsOf<AnyRow>(Notification)).filter(({ user }) => user === ids.seller)).toHaveLength(1);
    const again = { id, version: version + 1 };
    expect(await failure(run('fulfilInvoiceRequest', again, as(ids.accountant)))).toBe('INVALID_STATE');
  });

  it('says what is missing; declined or withdrawn, another may follow', async () => {
    const nobody = (await run('createAccount', { name: 'Nobody' })).id;
    const opportunity = await deal({ account: nobody, contact: null });
    const asked = await run<InvoiceRequestRow>('requestInvoice', { opportunity: opportunity.id });
    expect(asked.missing).toEqual(['TAX_ID', 'ADDRESS', 'EMAIL']);
    const fulfil = { id: asked.id, version: asked.version };
    expect(await failure(run('fulfilInvoiceRequest', fulfil))).toBe('NO_EMAIL');
    const unsent = { ...fulfil, mails: false };
    expect(await failure(run('fulfilInvoiceRequest', unsent))).toBe('BUYER_TAX_ID_MISSING');
    await run('declineInvoiceRequest', { ...fulfil, reason: 'No tax number' });
    const next = await run<InvoiceRequestRow>('requestInvoice', { opportunity: opportunity.id });
    expect(await run('withdrawInvoiceRequest', { id: next.id, version: next.version })).toMatchObject({
      status: 'WITHDRAWN',
    });
    expect(await failure(run('requestInvoice', { opportunity: (await deal({ products: [] })).id }))).toBe('NO_LINES');
    expect(await failure(run('requestInvoice', { opportunity: (await deal({ account: null })).id }))).toBe(
      'NO_ACCOUNT',
    );
  });
});

describe('a stage for payment', () => {
  const invoices = () => rowsOf<InvoiceRow>(Invoice);
  const tasks = () => rowsOf<AnyRow & { notes: string; subject: string }>(Activity);

  it('has a deal that enters it invoiced and mailed exactly once', async () => {
    const opportunity = await deal();
    await domain.settle();
    expect(await invoices()).toEqual([]);
    await move(opportunity, 'PAY');
    await move(opportunity, 'NEW');
    await move(opportunity, 'PAY');
    expect((await invoices()).map(({ status, total }) => [status, toDecimal(total)])).toEqual([['ISSUED', '230.00']]);
    expect(await rowsOf<AnyRow>(Mail)).toMatchObject([{ to: ['ana@example.com'] }]);
    expect(await rowsOf<InvoiceRequestRow>(InvoiceRequest)).toMatchObject([{ status: 'INVOICED' }]);
    expect(await tasks()).toEqual([]);
  });

  it('leaves a task with the reason and nothing else, and tries again when the deal enters again', async () => {
    const lone = (await run('createAccount', { name: 'Lone', taxId: '1790099999001' })).id;
    const opportunity = await deal({ account: lone, contact: null });
    await move(opportunity, 'PAY');
    const [task, ...more] = await tasks();
    expect([task?.subject, more]).toEqual(['Factura no enviada: Chairs', []]);
    expect(task?.notes).toContain('NO_EMAIL');
    expect(await invoices()).toEqual([]);
    expect(await rowsOf<AnyRow>(InvoiceRequest)).toEqual([]);
    await move(opportunity, 'NEW');
    const { version } = await domain.reader().data(Account).get(lone);
    await run('updateAccount', { id: lone, version, email: 'lone@example.com' });
    await move(opportunity, 'PAY');
    expect(await invoices()).toMatchObject([{ status: 'ISSUED', number: '001-001-000000001' }]);
  });

  it('invoices what was accepted and ordered, not what was expected', async () => {
    const opportunity = await deal();
    const quote = await run('createQuoteFromOpportunity', { opportunity: opportunity.id });
    const changed = await run('updateQuote', {
      ...{ id: quote.id, version: quote.version },
      lines: [{ product: ids.chair, quantity: '5' }],
    });
    const sent = await run('sendQuote', { id: quote.id, version: changed.version });
    const accepted = await run('acceptQuote', { id: quote.id, version: sent.version, by: 'Ana' });
    expect(accepted).toMatchObject({ status: 'ACCEPTED' });
    await domain.settle();
    const asked = await run<InvoiceRequestRow>('requestInvoice', { opportunity: opportunity.id });
    expect([toDecimal(asked.total), asked.quote]).toEqual(['575.00', quote.id]);
    await run('withdrawInvoiceRequest', { id: asked.id, version: asked.version });
    const order = await run('createOrderFromQuote', { quote: quote.id });
    await run('confirmOrder', { id: order.id, version: order.version });
    await domain.settle();
    const next = await run<InvoiceRequestRow>('requestInvoice', { opportunity: opportunity.id });
    expect(next.lines).toMatchObject([{ order: order.id, quantity: '5' }]);
    await run('fulfilInvoiceRequest', { id: next.id, version: next.version });
    expect(await failure(run('requestInvoice', { opportunity: opportunity.id }))).toBe('NO_LINES');
  });
});
