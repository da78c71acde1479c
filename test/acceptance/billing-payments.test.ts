import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { upload } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Invoice = Answered & { readonly number: string };
type Case = Answered & { readonly status: string; readonly level: number | null; readonly closing: string | null };
type Outcome = Readonly<Record<string, unknown>> & { readonly userErrors: readonly { readonly code: string }[] };

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const { ask, act, signIn, idOf } = openClient(() => cloud);
const ids = { account: '', seller: '' };

const usd = (amount: string) => ({ amount, currency: 'USD' });
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

/** Calls a mutation whose answer is selected by hand; fails with the codes of its errors. */
const call = async <Answer>(name: string, input: object, selection: string, caller?: Caller): Promise<Answer> => {
  const word = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const text = `mutation ($input: ${word}Input!) { done: ${name}(input: $input) { ${selection} userErrors { code } } }`;
  const { done } = await ask<{ done: Outcome }>(text, { input }, caller);
  if (done.userErrors.length > 0) throw new Error(done.userErrors.map(({ code }) => code).join());
  return done as unknown as Answer;
};
const invoiced = (amount: string, on: string, paymentDays: number) =>
  act<Invoice>('createInvoice', {
    ...{ account: ids.account, paymentDays },
    lines: [{ description: 'Servicio', quantity: '1', unitPrice: amount, taxCategory: 'ZERO' }],
  }).then(({ id }) => act<Invoice>('issueInvoice', { invoice: id, on }, 'number dueOn'));
const paid = (amount: string, more: object = {}, caller?: Caller) =>
  act(
    'receivePayment',
    { account: ids.account, receivedOn: day(-1), amount: usd(amount), ...more },
    'number unapplied { amount } applications { number amount { amount } }',
    caller,
  );
const balance = async (id: string) =>
  (await ask<{ invoice: { balance: Money } }>('query($id: ID!) { invoice(id: $id) { balance { amount } } }', { id }))
    .invoice.balance.amount;
const ageing = async (at: string) =>
  (
    await ask<{ ageing: { amounts: readonly Readonly<Record<string, Money>>[]; oldestDays: number } }>(
      `query($account: ID!, $at: Date!) { ageing(account: $account, at: $at) { oldestDays
        amounts { notDue { amount } days1to30 { amount } days31to60 { amount } total { amount } unapplied { amount } } } }`,
      { account: ids.account, at },
    )
  ).ageing;
const history = async (caller?: Caller) =>
  (
    await ask<{ collectionHistory: Readonly<Record<string, unknown>> & { case: Case | null } }>(
      `query($account: ID!) { collectionHistory(account: $account) { oldestDays isBlocked
        case { id version status level closing } actions { subject status } payments { amount { amount } status }
        promises { status amount { amount } } letters { level lines { number } } } }`,
      { account: ids.account },
      caller,
    )
  ).collectionHistory;

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = [await signIn('seller'), await signIn('manager')];
  ids.seller = await idOf(seller);
  const customer = { name: 'Molinos', taxId: '1790016919001', email: 'pagos@molinos.test', locale: 'es' };
  ids.account = (await act('createAccount', { ...customer, owner: ids.seller })).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('payments and collections', () => {
  it('COL-01 payments settle invoices, bounced ones reopen them, and ageing tells what was owed on any day', async () => {
    const [old, young] = [await invoiced('100', day(-60), 20), await invoiced('50', day(-10), 30)];
    await cloud.idle();
    const again = { idempotencyKey: 'payment-1' };
    const first = await paid('30', { reference: `Abono ${old.number}`, ...again });
    expect(first).toMatchObject({ applications: [{ number: old.number, amount: { amount: '30.00' } }] });
    expect((await paid('30', { reference: `Abono ${old.number}`, ...again })).id).toBe(first.id);
    expect(await balance(old.id)).toBe('70.00');
    const share = (amount: string, currency = 'USD') => ({
      applications: [{ invoice: young.id, amount: { amount, currency } }],
    });
    expect(await failing(paid('60', share('50.01')))).toContain('OVER_SETTLED');
    expect(await failing(paid('60', share('5', 'EUR')))).toContain('CURRENCY_MISMATCH');
    expect(await failing(paid('-1'))).toContain('BAD_INPUT');
    expect(await failing(paid('1', {}, seller))).toContain('FORBIDDEN');

    const cheque = await paid('20', share('20'));
    const bounced = { id: cheque.id, version: cheque.version, reason: 'Sin fondos' };
    await act('reversePayment', bounced, 'status');
    expect(await failing(act('reversePayment', bounced))).toContain('STALE_VERSION');
    expect(await balance(young.id)).toBe('50.00');
    await cloud.idle();
    expect(await ageing(day(-2))).toMatchObject({
      oldestDays: 38,
      amounts: [{ notDue: { amount: '50.00' }, days31to60: { amount: '100.00' }, total: { amount: '150.00' } }],
    });
    expect(await ageing(day(0))).toMatchObject({
      amounts: [{ notDue: { amount: '50.00' }, days31to60: { amount: '70.00' }, unapplied: { amount: '0.00' } }],
    });

    const olga = await startOtherTenant(cloud);
    expect(await failing(act('reversePayment', { ...bounced, id: first.id }, '', olga))).toContain('NOT_FOUND');
  });

  it('COL-01 a file of the bank becomes payments that a person confirms, once; the customer gets its statement', async () => {
    const csv = `Fecha;Concepto;Ordenante;Monto\n${day(-1)};Transferencia;MOLINOS;70,00\n${day(-1)};Comisión;;-2,00\n`;
    const take = async () => {
      const file = await upload(cloud, 'banco.csv', csv);
      const { bankStatement } = await call<{ bankStatement: Answered }>(
        'takeBankStatement',
        { file, bankAccount: 'EC-1' },
        'bankStatement { id version entries others }',
      );
      await cloud.idle();
      return bankStatement;
    };
    const statement = await take();
    expect(statement).toMatchObject({ entries: 1, others: 1 });
    expect((await take()).id).toBe(statement.id);
    const open = async () =>
      (
        await ask<{ bankLines: { nodes: readonly (Answered & { account: Answered | null })[] } }>(
          '{ bankLines(where: { status: { eq: OPEN } }) { nodes { id version account { id } rule proposal { amount { amount } } } } }',
        )
      ).bankLines.nodes;
    const [entry] = await open();
    expect(await open()).toEqual([
      expect.objectContaining({
        ...{ account: { id: ids.account }, rule: 'AMOUNT' },
        proposal: [{ amount: { amount: '70.00' } }],
      }),
    ]);
    await call('confirmBankLine', { id: entry?.id, version: entry?.version }, 'bankLine { status }');
    await cloud.idle();
    expect(await open()).toEqual([]);
    expect(await ageing(day(0))).toMatchObject({ amounts: [{ total: { amount: '50.00' } }], oldestDays: 0 });

    const period = { account: ids.account, from: day(-90) };
    await call('sendAccountStatement', period, 'mail { id }');
    await cloud.idle();
    const [mail] = await cloud.mailbox({ to: 'pagos@molinos.test' });
    expect(mail?.subject).toContain('Estado de cuenta');
    const pdf = await fetch(new URL(mail?.attachments[0]?.url ?? '', cloud.ready().mailbox));
    expect(new TextDecoder().decode((await pdf.arrayBuffer()).slice(0, 5))).toBe('%PDF-');
  });

  it('COL-02 a promise is tracked and, broken, escalates the case and alerts the collector and the seller', async () => {
    const late = await invoiced('200', day(-9), 2);
    await cloud.idle();
    const promise = { account: ids.account, invoices: [late.id], by: 'Ana', promisedOn: day(0) };
    const promised = async (amount: string) =>
      (
        await call<{ paymentPromise: Answered & { decideAt: string } }>(
          'promisePayment',
          { ...promise, amount: usd(amount) },
          'paymentPromise { id version status decideAt }',
          manager,
        )
      ).paymentPromise;
    expect(await failing(promised('200.01'))).toContain('OVER_PROMISED');
    const made = await promised('200');
    expect(made).toMatchObject({ status: 'OPEN' });
    expect(await failing(promised('10'))).toContain('NOT_UNIQUE');
    await cloud.idle();
    expect((await history()).case).toMatchObject({ status: 'PROMISED' });
    await paid('50', { applications: [{ invoice: late.id, amount: usd('50') }], receivedOn: day(0) });
    await cloud.idle();
    await cloud.advance(Math.ceil((Date.parse(made.decideAt) - Date.now()) / 1000) + 60);
    await cloud.idle();
    // Tokens end as the clock goes on.
    [seller, manager] = [await signIn('seller'), await signIn('manager')];
    const read = await ask<{ paymentPromise: object }>(
      'query($id: ID!) { paymentPromise(id: $id) { status received { amount } } }',
      { id: made.id },
    );
    expect(read.paymentPromise).toEqual({ status: 'PARTIAL', received: { amount: '50.00' } });
    expect((await history()).case).toMatchObject({ status: 'ESCALATED' });
    const { inbox } = await ask<{ inbox: { notifications: { nodes: readonly { kind: string }[] } } }>(
      '{ inbox { notifications { nodes { kind } } } }',
      {},
      seller,
    );
    expect(inbox.notifications.nodes.map(({ kind }) => kind)).toContain('promise.broken');
  }, 120_000);

  it('COL-03 letters, promises, payments and what collectors did are there for the seller of the account, and for no other', async () => {
    const level = { level: 1, days: 1, template: 'dunning-1' };
    await act('createDunningPolicy', { name: 'Usual', isDefault: true, levels: [level] });
    await call('runDunning', {}, 'job { id }');
    await cloud.idle();
    const [letter] = await cloud.mailbox({ to: 'pagos@molinos.test' });
    expect(letter?.subject).toContain('Aviso de pago');
    expect(letter?.attachments).toHaveLength(1);
    const { case: open } = await history();
    expect(open).toMatchObject({ level: 1 });
    const at = { id: open?.id, version: open?.version, outcome: 'REFUSES', notes: 'Sin liquidez' };
    const action = (more: object, caller: Caller) =>
      call('recordCollectionAction', { ...at, ...more }, 'case { id } next { id }', caller);
    const next = { subject: 'Volver a llamar', dueAt: `${day(9)}T15:00:00Z` };
    expect(await failing(action({}, manager))).toContain('NEXT_ACTION_REQUIRED');
    expect(await failing(action({ next }, seller))).toContain('FORBIDDEN');
    await action({ next }, manager);
    await cloud.idle();
    expect(await history(seller)).toMatchObject({
      isBlocked: false,
      actions: expect.arrayContaining([expect.objectContaining({ subject: 'Volver a llamar' })]) as unknown,
      promises: [{ status: 'PARTIAL', amount: { amount: '200.00' } }],
      letters: [{ level: 1 }],
      payments: expect.arrayContaining([expect.objectContaining({ status: 'REVERSED' })]) as unknown,
    });
    const olga = await startOtherTenant(cloud, 'otra@other.test');
    expect(await failing(history(olga))).toContain('NOT_FOUND');
  });
});
