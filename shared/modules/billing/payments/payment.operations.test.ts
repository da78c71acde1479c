import { describe, expect, it } from '@jest/globals';
import type { Money } from '#kernel';
import { CreditNote, type InvoiceRow } from '#modules/billing/invoices';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { asked, usd, withReceivables } from '#test/support/receivables';
import { InvoiceSettlement, Payment, WriteOff, type PaymentRow, type WriteOffRow } from './index.ts';

const receivables = withReceivables(withTenantTable());
const { run, invoice, invoiced, paid, balances, ageingOn } = receivables;
const domain = () => receivables.domain();
const account = () => receivables.account();

describe('a payment', () => {
  it('is for what it names, else for the same amount, else for the oldest; the rest is credit', async () => {
    const old = await invoiced('100', '2026-09-01');
    const same = await invoiced('70', '2026-10-01');
    const named = await invoiced('50', '2026-11-01');
    await domain().settle();
    expect(await paid('20', { reference: `Abono ${named.number ?? ''}` })).toMatchObject({ invoices: [named.id] });
    expect(await paid('70')).toMatchObject({ invoices: [same.id], unapplied: usd('0') });
    expect(await balances(old, same, named)).toEqual(['100.00', '0.00', '30.00']);
    await domain().settle();
    const last = await paid('150');
    expect(last).toMatchObject({ applied: usd('130'), unapplied: usd('20'), number: '00003' });
    expect(await balances(old, same, named)).toEqual(['0.00', '0.00', '0.00']);
    expect((await invoice(old.id)).paymentStatus).toBe('PAID');
  });

  it('is never for more than is owed, nor in another currency, nor for another account; nothing is half-written', async () => {
    const one = await invoiced('100', '2026-11-01');
    const applications = (amount: Money | object, id = one.id) => ({ applications: [{ invoice: id, amount }] });
    expect(await failure(paid('200', applications(asked('100.01'))))).toBe('OVER_SETTLED');
    expect(await failure(paid('50', applications(asked('60'))))).toBe('OVER_APPLIED');
    expect(await failure(paid('50', applications(asked('50', 'EUR'))))).toBe('CURRENCY_MISMATCH');
    expect(await failure(paid('50', applications(asked('-1'))))).toBe('BAD_INPUT');
    expect(await failure(paid('-5'))).toBe('BAD_INPUT');
    expect(await failure(paid('5', { receivedOn: '2026-11-23' }))).toBe('BAD_INPUT');
    const other = (await run('createAccount', { name: 'Other' })).id;
    expect(await failure(paid('50', { account: other, ...applications(asked('50')) }))).toBe('OTHER_ACCOUNT');
    const twice = [
      { invoice: one.id, amount: asked('60') },
      { invoice: one.id, amount: asked('60') },
    ];
    expect(await failure(paid('120', { applications: twice }))).toBe('OVER_SETTLED');
    expect(await balances(one)).toEqual(['100.00']);
    expect((await domain().reader().trusted(Payment).page('all', {})).rows).toEqual([]);
    expect((await domain().reader().trusted(InvoiceSettlement).page('byInvoice', { of: one.id })).rows).toEqual([]);
  });

  it('is applied and taken back later, paid back, and reopens its invoices when it bounces', async () => {
    const [one, two] = [await invoiced('100', '2026-11-01'), await invoiced('40', '2026-11-02')];
    await domain().settle();
    const kept = await paid('120', { isKept: true });
    expect(kept).toMatchObject({ unapplied: usd('120'), applications: [] });
    const applied = await run<PaymentRow>('applyPayment', { id: kept.id, version: kept.version });
    expect(await balances(one, two)).toEqual(['0.00', '20.00']);
    const back = { id: kept.id, version: applied.version, invoice: one.id };
    const less = await run<PaymentRow>('unapplyPayment', { ...back, amount: asked('30') });
    expect(less).toMatchObject({ applied: usd('90'), unapplied: usd('30') });
    expect(await failure(run('unapplyPayment', back))).toBe('STALE_VERSION');
    const at = { id: kept.id, version: less.version };
    expect(await failure(run('refundPayment', { ...at, amount: asked('30.01') }))).toBe('OVER_APPLIED');
    expect(await failure(run('refundPayment', { ...at, amount: asked('1', 'EUR') }))).toBe('CURRENCY_MISMATCH');
    const other = await paid('10', { applications: [{ invoice: two.id, amount: asked('10') }] });
    await run('refundPayment', { ...at, amount: asked('30'), reference: 'T-1' });
    expect(await failure(run('reversePayment', { id: kept.id, version: 99, reason: 'X' }))).toBe('STALE_VERSION');
    const read = await domain().reader().data(Payment).get(kept.id);
    expect(await failure(run('reversePayment', { id: kept.id, version: read.version, reason: 'X' }))).toBe(
      'WAS_REFUNDED',
    );
    const bounced = await run<PaymentRow>('reversePayment', {
      id: other.id,
      version: other.version,
      reason: 'No funds',
    });
    expect(bounced).toMatchObject({ status: 'REVERSED', unapplied: usd('0'), applications: [] });
    expect(await balances(one, two)).toEqual(['30.00', '20.00']);
    expect(await failure(run('applyPayment', { id: other.id, version: bounced.version }))).toBe('INVALID_STATE');
  });

  it('is for no more invoices than can be taken back at once, so that each can be reversed', async () => {
    const rows: InvoiceRow[] = [];
    for (let nth = 0; nth < 46; nth += 1) rows.push(await invoiced('1', '2026-11-01'));
    const shares = (from: number, to: number) =>
      rows.slice(from, to).map(({ id }) => ({ invoice: id, amount: asked('1') }));
    const first = await paid('46', { applications: shares(0, 30) });
    const at = { id: first.id, version: first.version };
    expect(await failure(run('applyPayment', { ...at, applications: shares(30, 46) }))).toBe('TOO_MANY_APPLICATIONS');
    const all = await run<PaymentRow>('applyPayment', { ...at, applications: shares(30, 45) });
    expect(all.applied).toEqual(usd('45'));
    const reversed = await run<PaymentRow>('reversePayment', { id: all.id, version: all.version, reason: 'No funds' });
    expect(reversed).toMatchObject({ status: 'REVERSED', applications: [] });
    expect(await balances(...rows.slice(43))).toEqual(['1.00', '1.00', '1.00']);
  });

  it('of two at once for the same invoice one is refused or runs again, and the same call pays once', async () => {
    const one = await invoiced('100', '2026-11-01');
    const input = {
      account: account(),
      receivedOn: '2026-11-20',
      amount: asked('60'),
      applications: [{ invoice: one.id, amount: asked('60') }],
    };
    const both = await Promise.allSettled([run('receivePayment', input), run('receivePayment', input)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balances(one)).toEqual(['40.00']);
    const key = { idempotencyKey: 'payment-1' };
    const small = { ...input, amount: asked('10'), applications: [{ invoice: one.id, amount: asked('10') }] };
    const pay = () => domain().run<PaymentRow>('receivePayment', small, domain().actor(), key);
    expect((await pay()).id).toBe((await pay()).id);
    expect(await balances(one)).toEqual(['30.00']);
  });
});

describe('ageing', () => {
  it('is that of any day, of an account, a person or all, with credit apart; figures follow from it', async () => {
    const one = await invoiced('100', '2026-09-01', 0);
    const two = await invoiced('200', '2026-11-01', 30);
    await domain().settle();
    const payment = await paid('150', {
      receivedOn: '2026-11-10',
      applications: [{ invoice: one.id, amount: asked('40') }],
    });
    await run('applyPayment', {
      ...{ id: payment.id, version: payment.version, on: '2026-11-15' },
      applications: [{ invoice: two.id, amount: asked('25') }],
    });
    await domain().settle();
    expect(await ageingOn('2026-08-31')).toEqual([]);
    expect(await ageingOn('2026-10-15')).toEqual([{ days31to60: '100.00', total: '100.00', overdue: '100.00' }]);
    expect(await ageingOn('2026-11-10')).toEqual([
      { notDue: '200.00', days61to90: '60.00', total: '260.00', overdue: '60.00', unapplied: '110.00' },
    ]);
    const now = { notDue: '175.00', days61to90: '60.00', total: '235.00', overdue: '60.00', unapplied: '85.00' };
    expect(await ageingOn('2026-11-22')).toEqual([now]);
    expect(await ageingOn('2026-11-22', {})).toEqual([now]);
    expect(await balances(one, two)).toEqual(['60.00', '175.00']);
    const { figures } = await run<{ figures: readonly Readonly<Record<string, unknown>>[] }>('receivables', {
      account: account(),
      from: '2026-10-01',
      to: '2026-11-22',
    });
    // 235 / 200 x 53 days; 60 of them late; (100 + 200 - 235) / (100 + 200 - 175)
    expect(figures).toEqual([
      {
        begin: usd('100'),
        sales: usd('200'),
        end: usd('235'),
        daysSalesOutstanding: '62.3',
        averageDaysDelinquent: '15.9',
        collectionEffectiveness: '52',
      },
    ]);
  });

  it('follows credit notes, voided invoices, refunds and payments that were none', async () => {
    const one = await invoiced('100', '2026-11-01', 0);
    const gone = await invoiced('30', '2026-11-02', 0);
    await run('voidInvoice', { id: gone.id, version: gone.version, reason: 'Wrong' });
    const draft = await run('createCreditNote', {
      invoice: one.id,
      type: 'PRICE',
      reason: 'Too dear',
      amount: asked('100'),
    });
    await domain().settle();
    await paid('80', { receivedOn: '2026-11-20', applications: [{ invoice: one.id, amount: asked('80') }] });
    await run('issueCreditNote', { creditNote: draft.id, version: draft.version });
    await domain().settle();
    await domain().settle();
    expect(await balances(one)).toEqual(['0.00']);
    expect(await ageingOn('2026-11-22')).toEqual([{ unapplied: '80.00' }]);
    const next = await invoiced('50', '2026-11-22', 0);
    await run('useCreditNote', { id: draft.id, invoice: next.id, amount: asked('50') });
    expect(await failure(run('useCreditNote', { id: draft.id, invoice: next.id, amount: asked('1') }))).toBe(
      'OVER_SETTLED',
    );
    expect(await failure(run('refundCreditNote', { id: draft.id, amount: asked('30.01') }))).toBe('OVER_APPLIED');
    await run('refundCreditNote', { id: draft.id, amount: asked('10') });
    await domain().settle();
    expect(await balances(next)).toEqual(['0.00']);
    expect(await domain().reader().data(CreditNote).get(draft.id)).toMatchObject({ open: usd('20') });
    expect(await ageingOn('2026-11-22')).toEqual([{ unapplied: '20.00' }]);
    expect(await ageingOn('2026-11-21')).toEqual([expect.objectContaining({ days1to30: '50.00', total: '50.00' })]);
  });

  it('stays right when a payment bounces: not on a day before it was applied', async () => {
    await invoiced('100', '2026-11-01', 0);
    await domain().settle();
    const payment = await paid('100', { isKept: true });
    const applied = await run<PaymentRow>('applyPayment', { id: payment.id, version: payment.version });
    await domain().settle();
    const bounced = { id: payment.id, version: applied.version, reason: 'No funds' };
    expect(await failure(run('reversePayment', { ...bounced, on: '2026-11-21' }))).toBe('BAD_INPUT');
    await run('reversePayment', bounced);
    await domain().settle();
    const owed = { days1to30: '100.00', total: '100.00', overdue: '100.00' };
    expect(await ageingOn('2026-11-22')).toEqual([owed]);
    expect(await ageingOn('2026-11-21')).toEqual([{ ...owed, unapplied: '100.00' }]);
  });

  it('of others is not for everybody to see', async () => {
    const [one = '', other = ''] = await makePeople(domain(), ['One', 'Other']);
    const somebody = person(domain(), other);
    expect(await failure(domain().run('ageing', {}, somebody))).toBe('FORBIDDEN');
    expect(await failure(domain().run('ageing', { owner: one }, somebody))).toBe('FORBIDDEN');
    expect(await failure(domain().run('ageing', { account: account() }, somebody))).toBe('NOT_FOUND');
    expect(await domain().run('ageing', { owner: other }, somebody)).toMatchObject({ amounts: [] });
  });
});

describe('a write-off', () => {
  it('is done when those who must agree have, unless the invoice no longer owes so much', async () => {
    const one = await invoiced('100', '2026-09-01', 0);
    const ask = (amount: string) =>
      run<WriteOffRow>('requestWriteOff', { invoice: one.id, amount: asked(amount), reason: 'Bankrupt' });
    expect(await failure(ask('60'))).toBe('NO_APPROVAL_POLICY');
    const approve = await receivables.approver('write-off');
    expect(await failure(ask('100.01'))).toBe('OVER_SETTLED');
    const [first, second] = [await ask('60'), await ask('50')];
    const decided = async (id: string) => {
      await approve(id);
      return domain().reader().trusted(WriteOff).get(id);
    };
    expect(await decided(first.id)).toMatchObject({ status: 'APPROVED', decidedOn: '2026-11-22' });
    expect(await decided(second.id)).toMatchObject({ status: 'REJECTED' });
    expect(await balances(one)).toEqual(['40.00']);
    expect(await ageingOn('2026-11-22')).toEqual([{ days61to90: '40.00', total: '40.00', overdue: '40.00' }]);
    expect(await ageingOn('2026-11-21')).toEqual([{ days61to90: '100.00', total: '100.00', overdue: '100.00' }]);
  });
});
