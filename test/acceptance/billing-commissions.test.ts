import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Nodes<Node> = { readonly nodes: readonly Node[] };
type Statement = Answered & { readonly status: string; readonly from: string; readonly attainment: string } & Readonly<
    Record<'total' | 'adjustment' | 'bonus' | 'spiffs', Money>
  >;

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const ids = { seller: '', manager: '', account: '', shared: '', own: '', invoice: '' };
const { ask, act, signIn, idOf } = openClient(() => cloud);
const usd = (amount: string) => ({ amount, currency: 'USD' });
const today = new Date();
const monthDay = (months: number, day: number) =>
  new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + months, day)).toISOString().slice(0, 10);
/** The month before: what was sold in it can be settled today. */
const [from, to] = [monthDay(-1, 1), monthDay(0, 0)];

const fields =
  'status from attainment total { amount } bonus { amount } spiffs { amount } adjustment { amount } pdf { id }';
const statements = async (plan: string, user: string, caller?: Caller) =>
  (
    await ask<{ commissionStatements: Nodes<Statement> }>(
      `query($user: ID!, $plan: ID!) { commissionStatements(where: { user: { eq: $user }, plan: { eq: $plan } }) { nodes { id version ${fields} } } }`,
      { user, plan },
      caller,
    )
  ).commissionStatements.nodes.toSorted((a, b) => a.from.localeCompare(b.from));
const totals = async (plan: string) =>
  Promise.all(
    [ids.seller, ids.manager].map(async (user) => (await statements(plan, user)).map(({ total }) => total.amount)),
  );
const sell = async (account: string, amount: string, more: object = {}) => {
  const line = { description: 'Servicio', quantity: '1', unitPrice: amount };
  const invoice = await act('billDirectly', { account, on: monthDay(-1, 15), lines: [line], ...more });
  await cloud.idle();
  return invoice.id;
};
const credit = async (invoice: string, amount: string) => {
  const note = await act('createCreditNote', {
    invoice,
    type: 'PRICE',
    reason: 'Acuerdo',
    amount: usd(amount),
  });
  await act('issueCreditNote', { creditNote: note.id });
  await cloud.idle();
};

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = await Promise.all([signIn('seller'), signIn('manager')]);
  [ids.seller, ids.manager] = await Promise.all([idOf(seller), idOf(manager)]);
  ids.account = (await act('createAccount', { name: 'Molinos S.A.', taxId: '1790016919001' }, '', seller)).id;
}, 90_000);
afterAll(() => cloud.stop());

describe('commissions', () => {
  it('EXP-05 targets decide what is earned: tiers against the quota, a bonus for passing it', async () => {
    const target = { user: ids.seller, from, to, amount: usd('10000') };
    await act('createSalesTarget', target, '', manager);
    expect(await failing(act('createSalesTarget', target, '', seller))).toContain('FORBIDDEN');
    const tiers = [{ upTo: '100', percent: '3' }, { percent: '5' }];
    const plan = { currency: 'USD', startsOn: from, members: [ids.seller] };
    const splits = [
      { user: ids.seller, percent: '70' },
      { user: ids.manager, percent: '30' },
    ];
    expect(await failing(act('createCommissionPlan', { ...plan, name: 'X', splits: splits.slice(1) }))).toContain(
      'SPLIT_NOT_WHOLE',
    );
    ids.shared = (await act('createCommissionPlan', { ...plan, name: 'Equipo', tiers, splits })).id;
    const bonuses = [{ from: '110', amount: usd('50') }];
    ids.own = (await act('createCommissionPlan', { ...plan, name: 'Meta', bonuses })).id;
    ids.invoice = await sell(ids.account, '12000', { idempotencyKey: 'sale' });
    expect(await statements(ids.own, ids.seller)).toMatchObject([{ attainment: '120', bonus: { amount: '50.00' } }]);
  });

  it('EXP-03 are earned line by line and shared, and fall by credit notes, to the cent', async () => {
    expect(await totals(ids.shared)).toEqual([['280.00'], ['120.00']]);
    await credit(ids.invoice, '1000');
    expect(await totals(ids.shared)).toEqual([['245.00'], ['105.00']]);
    expect(await totals(ids.own)).toEqual([['50.00'], []]);
    await act(
      'grantSpiff',
      { plan: ids.own, user: ids.seller, amount: usd('20'), reason: 'Cliente nuevo' },
      '',
      manager,
    );
    expect(await statements(ids.own, ids.seller, seller)).toMatchObject([{}, { spiffs: { amount: '20.00' } }]);
    expect(await statements(ids.shared, ids.manager, seller)).toEqual([]);
    const other = await startOtherTenant(cloud);
    expect(await statements(ids.shared, ids.seller, other)).toEqual([]);
  });

  it('EXP-04 are settled by statements: approved by somebody else, on paper, paid; later corrections go to the next', async () => {
    await cloud.advance(120);
    const [statement] = await statements(ids.shared, ids.seller);
    expect(statement).toMatchObject({ status: 'CALCULATED', from });
    const named = { id: statement?.id, version: statement?.version };
    const [managers] = await statements(ids.shared, ids.manager);
    const own = { id: managers?.id, version: managers?.version };
    expect(await failing(act('approveCommissionStatement', own, '', manager))).toContain('OWN_STATEMENT');
    expect(await failing(act('approveCommissionStatement', named, '', seller))).toContain('FORBIDDEN');
    const approved = await act<Statement>('approveCommissionStatement', named, fields, manager);
    expect(approved).toMatchObject({ status: 'APPROVED', pdf: { id: expect.any(String) as unknown } });
    expect(await failing(act('approveCommissionStatement', named, '', manager))).toContain('STALE_VERSION');
    await credit(ids.invoice, '500');
    expect(await totals(ids.shared)).toEqual([['245.00', '-17.50'], ['97.50']]);
    const pay = { id: approved.id, version: approved.version, on: monthDay(0, 1), reference: 'Nómina' };
    expect(await failing(act('payCommissionStatement', pay, '', manager))).toContain('FORBIDDEN');
    expect(await act('payCommissionStatement', pay, fields)).toMatchObject({
      status: 'PAID',
      total: { amount: '245.00' },
    });
  });
});

describe('agreements', () => {
  it('ORD-11 what customers earn by reaching targets accrues, is settled by a credit note once agreed, and follows returns', async () => {
    const account = (await act('createAccount', { name: 'Cadena S.A.', taxId: '1790085783001' })).id;
    const invoice = await sell(account, '30000');
    const tiers = [
      { from: '0', percent: '0' },
      { from: '10000', percent: '2' },
      { from: '25000', percent: '4' },
    ];
    const terms = { name: 'Rappel', account, currency: 'USD', startsOn: from, endsOn: monthDay(1, 0), tiers };
    expect(await failing(act('createAgreement', { ...terms, tiers: [] }))).toContain('NO_TIERS');
    const draft = await act('createAgreement', { ...terms, frequency: 'MONTH' });
    expect(await failing(act('activateAgreement', { id: draft.id, version: draft.version }, '', seller))).toContain(
      'FORBIDDEN',
    );
    await act('activateAgreement', { id: draft.id, version: draft.version });
    await cloud.advance(120);
    const query = `query($id: ID!) { agreement(id: $id) { periods { nodes {
      status rebate { amount } adjustment { amount } settled { amount } due { amount }
      settlements { nodes { id version status creditNotes { id status type totals { base { amount } } } } } } } } }`;
    const periods = async () =>
      (
        await ask<{
          agreement: { periods: Nodes<Readonly<Record<string, unknown>> & { settlements: Nodes<Answered> }> };
        }>(query, { id: draft.id })
      ).agreement.periods.nodes.toReversed();
    const [first] = await periods();
    expect(first).toMatchObject({
      ...{ status: 'CLOSED', rebate: { amount: '1200.00' }, settled: { amount: '1200.00' } },
      settlements: {
        nodes: [
          {
            status: 'PENDING',
            creditNotes: [{ status: 'DRAFT', type: 'REBATE', totals: { base: { amount: '1200.00' } } }],
          },
        ],
      },
    });
    const [settlement] = first?.settlements.nodes ?? [];
    const named = { id: settlement?.id, version: settlement?.version };
    expect(await failing(act('approveAgreementSettlement', named, '', seller))).toContain('FORBIDDEN');
    expect(await act('approveAgreementSettlement', named, 'status')).toMatchObject({ status: 'DONE' });
    await cloud.idle();
    await credit(invoice, '1500');
    expect(await periods()).toMatchObject([
      { status: 'SETTLED', rebate: { amount: '1140.00' }, due: { amount: '0.00' } },
      { status: 'OPEN', adjustment: { amount: '-60.00' }, due: { amount: '-60.00' } },
    ]);
    const { account: seen } = await ask<{ account: { agreementProgress: { agreements: readonly object[] } } }>(
      'query($id: ID!) { account(id: $id) { agreementProgress { agreements { missing nextPercent due { amount } } } } }',
      { id: account },
    );
    expect(seen.agreementProgress.agreements).toEqual([
      { missing: '10000', nextPercent: '2', due: { amount: '-60.00' } },
    ]);
  });
});
