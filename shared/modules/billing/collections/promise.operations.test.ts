import { describe, expect, it } from '@jest/globals';
import { consumeEvents } from '#kernel/consume-events';
import { Invoice } from '#modules/billing/invoices';
import { Alert } from '#modules/platform/alerts';
import { Notification } from '#modules/platform/notifications';
import { fireMinute } from '#modules/platform/upkeep';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople } from '#test/support/people';
import { asked, usd, withReceivables } from '#test/support/receivables';
import { CollectionCase, PaymentPromise, type CollectionCaseRow, type PaymentPromiseRow } from './index.ts';
import { InstalmentPlan, type InstalmentPlanRow } from './instalment-plan.entity.ts';

const receivables = withReceivables(withTenantTable());
const { run, invoiced, paid } = receivables;
const domain = () => receivables.domain();
const account = () => receivables.account();

const promised = (amount: string, invoices: readonly string[], more: object = {}) =>
  run<PaymentPromiseRow>('promisePayment', {
    ...{ account: account(), amount: asked(amount), promisedOn: '2026-11-25', invoices, by: 'Ana' },
    ...more,
  });
const promise = (id: string) => domain().reader().data(PaymentPromise).get(id);
const openCase = async (): Promise<CollectionCaseRow> => {
  const row = await domain().reader().trusted(CollectionCase).findUnique('openFor', account());
  if (!row) throw new Error('There is no open case.');
  return row;
};
/** Pays an invoice, and lets all that follows happen. */
const pay = async (amount: string, invoice: string) => {
  await paid(amount, {
    receivedOn: domain().clock.now().toISOString().slice(0, 10),
    applications: [{ invoice, amount: asked(amount) }],
  });
  await domain().settle();
  await domain().settle();
};
/** The alerts of some promises; all there are is as many. */
const alertsOf = async (...promises: readonly PaymentPromiseRow[]) => {
  const { rows } = await domain().reader().trusted(Alert).page('all', { first: 10 });
  expect(rows).toHaveLength(promises.length);
  return promises.map(({ id }) => rows.find(({ record }) => record === id));
};
/** What is due at a minute happens; nothing that was due before it. */
const dueAt = async (minute: string) => {
  domain().clock.set(`${minute}:00.000Z`);
  await domain().advanceTo(`${minute}:30.000Z`);
};
const late = async (amount = '100') => {
  const invoice = await invoiced(amount, '2026-10-01', 10);
  await domain().settle();
  return invoice;
};

describe('a promise to pay', () => {
  it('is kept as soon as all is there; the case ends when nothing is late', async () => {
    const [one, two] = [await late(), await late('50')];
    const made = await promised('100', [one.id]);
    expect(made).toMatchObject({ status: 'OPEN', madeOn: '2026-11-22', decideAt: '2026-11-27T05:00:00.000Z' });
    expect(await openCase()).toMatchObject({ status: 'PROMISED', overdue: [usd('150')], oldestDays: 42 });
    await domain().settle();
    await pay('40', one.id);
    expect(await promise(made.id)).toMatchObject({ status: 'OPEN', received: usd('40') });
    await pay('60', one.id);
    expect(await promise(made.id)).toMatchObject({ status: 'KEPT', received: usd('100'), decidedOn: '2026-11-22' });
    expect(await openCase()).toMatchObject({ status: 'IN_CONTACT', overdue: [usd('50')] });
    const { id } = await openCase();
    await pay('50', two.id);
    expect(await domain().reader().data(CollectionCase).get(id)).toMatchObject({ status: 'CLOSED', closing: 'PAID' });
  });

  it('is broken when its day and a day of grace are over, and partly kept where something came in', async () => {
    const [boss = ''] = await makePeople(domain(), ['Collector']);
    const [one, two] = [await late(), await late('50')];
    await run('openCollectionCase', { account: account(), owner: boss });
    const [first, second] = [await promised('100', [one.id]), await promised('50', [two.id])];
    await domain().settle();
    domain().clock.set('2026-11-26T12:00:00.000Z');
    await pay('20', two.id);
    expect((await promise(first.id)).status).toBe('OPEN');
    await dueAt('2026-11-27T05:00');
    await domain().settle();
    expect(await promise(first.id)).toMatchObject({ status: 'BROKEN', received: usd('0'), decidedOn: '2026-11-27' });
    expect(await promise(second.id)).toMatchObject({ status: 'PARTIAL', received: usd('20') });
    const row = await openCase();
    expect(row).toMatchObject({ status: 'ESCALATED', brokenPromises: 2, raisedTo: 1 });
    // 130.00 are 47 days late: x 2, x (1 + 2)
    expect(row.priority).toBe(13_000 * 2 * 3);
    const told = await domain()
      .reader()
      .trusted(Notification)
      .list({ where: { user: { eq: boss } } });
    expect(told.rows.map(({ kind }) => kind)).toEqual(['promise.broken', 'promise.broken']);
    const figures = await run('promiseFigures', { from: '2026-11-01', to: '2026-11-30' });
    expect(figures).toEqual({ kept: 0, keptInPart: 1, broken: 1, keptRate: '0' });
  });

  it('raises its alert once when it is broken or kept in part: the owner is told, then the manager, till it is resolved', async () => {
    const [seller = '', boss = ''] = await makePeople(domain(), ['Seller', 'Boss']);
    await run('updateUser', { id: seller, version: 1, manager: boss });
    await run('updateAccount', { id: account(), version: 1, owner: seller });
    const steps = [
      { afterMinutes: 0, to: 'OWNER' },
      { afterMinutes: 60, to: 'MANAGER' },
    ];
    await run('createAlertRule', { name: 'Rota', trigger: { kind: 'PROMISE', source: 'PAYMENT_PROMISE' }, steps });
    const [one, two, three] = [await late(), await late('50'), await late('30')];
    const [broken, inPart] = [await promised('100', [one.id]), await promised('50', [two.id])];
    await promised('30', [three.id]);
    await domain().settle();
    await pay('20', two.id);
    await pay('30', three.id);
    await alertsOf();
    await dueAt('2026-11-27T05:00');
    const events = (await domain().settle()).filter(({ record }) => record.id === broken.id);
    const raised = { status: 'OPEN', owner: seller, told: [seller], times: 1, repeats: 0 };
    expect(await alertsOf(broken, inPart)).toMatchObject([{ ...raised, title: 'Rota: 2026-11-25 Ana' }, raised]);
    expect(events.map(({ type }) => type)).toEqual(['paymentPromise.broken']);
    await consumeEvents(domain().runtime, [...events, ...events]);
    await fireMinute(domain().runtime, '2026-11-27T05:00');
    await domain().settle();
    // Work begins at half past eight: sixty working minutes after midnight are over an hour later.
    await dueAt('2026-11-27T14:29');
    const [first] = await alertsOf(broken, inPart);
    expect(first).toMatchObject(raised);
    await run('resolveAlert', { id: first?.id, reason: 'Paid in cash' });
    await dueAt('2026-11-27T14:30');
    expect(await alertsOf(broken, inPart)).toMatchObject([
      { status: 'RESOLVED', told: [seller] },
      { status: 'OPEN', told: [seller, boss] },
    ]);
    const { rows } = await domain().reader().trusted(Notification).page('byUser', { of: seller, first: 10 });
    expect(rows.filter(({ kind }) => kind === 'alert.raised')).toHaveLength(2);
  });

  it('is one for each invoice, of the account, in its currency, not above what is owed', async () => {
    const one = await late();
    const made = await promised('60', [one.id]);
    expect(await failure(promised('10', [one.id]))).toBe('NOT_UNIQUE');
    await run('cancelPromise', { id: made.id, version: made.version, reason: 'Noted wrongly' });
    expect((await openCase()).status).toBe('IN_CONTACT');
    expect(await failure(promised('100.01', [one.id]))).toBe('OVER_PROMISED');
    expect(await failure(promised('10', [one.id], { amount: asked('10', 'EUR') }))).toBe('CURRENCY_MISMATCH');
    expect(await failure(promised('10', []))).toBe('BAD_INPUT');
    expect(await failure(promised('10', [one.id], { promisedOn: '2026-11-21' }))).toBe('BAD_INPUT');
    const other = (await run('createAccount', { name: 'Other' })).id;
    expect(await failure(promised('10', [one.id], { account: other }))).toBe('OTHER_ACCOUNT');
    expect((await promised('100', [one.id])).status).toBe('OPEN');
  });

  it('is no longer needed when the invoices owe nothing for another reason', async () => {
    const one = await late();
    const made = await promised('100', [one.id]);
    const { id } = await run('createCreditNote', { invoice: one.id, type: 'CANCELLATION', reason: 'Came back' });
    await run('issueCreditNote', { creditNote: id, version: 1 });
    await domain().settle();
    await dueAt('2026-11-27T05:00');
    await domain().settle();
    expect(await domain().reader().data(Invoice).get(one.id)).toMatchObject({ balance: usd('0') });
    expect((await promise(made.id)).status).toBe('CANCELLED');
  });
});

describe('a plan of instalments', () => {
  const agreed = (invoice: string) =>
    run<InstalmentPlanRow>('agreeInstalments', {
      ...{ account: account(), invoices: [invoice], by: 'Ana' },
      instalments: [
        { dueOn: '2026-11-30', amount: asked('60') },
        { dueOn: '2026-12-30', amount: asked('40') },
      ],
    });
  const plan = (id: string) => domain().reader().data(InstalmentPlan).get(id);

  it('goes on while each is paid in its turn, and is completed by the last', async () => {
    const one = await late();
    const { id } = await agreed(one.id);
    expect((await openCase()).status).toBe('PLAN');
    await domain().settle();
    await pay('60', one.id);
    expect(await plan(id)).toMatchObject({ paidInstalments: 1, checkAt: '2027-01-01T05:00:00.000Z' });
    domain().clock.set('2026-12-15T12:00:00.000Z');
    expect((await plan(id)).status).toBe('ACTIVE');
    await pay('40', one.id);
    expect(await plan(id)).toMatchObject({ status: 'COMPLETED', received: usd('100') });
  });

  it('is broken by an instalment that does not come', async () => {
    const { id } = await agreed((await late()).id);
    await domain().settle();
    await dueAt('2026-12-02T05:00');
    await domain().settle();
    expect((await plan(id)).status).toBe('BROKEN');
    expect(await openCase()).toMatchObject({ status: 'ESCALATED', brokenPromises: 1 });
    expect(await failure(run('agreeInstalments', { account: account(), invoices: [], by: 'A', instalments: [] }))).toBe(
      'BAD_INPUT',
    );
  });
});
