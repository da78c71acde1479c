import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { commissioning, tiers } from '#test/support/commissioning';
import { failure } from '#test/support/domain';
import { usd } from '#test/support/invoice-lines';

const { start, people, run, domain, plan, sell, credit, totals, statement } = commissioning();
beforeEach(start);

const agree = async () => {
  const as = domain().actor({ id: people.luis, userId: people.luis });
  const { approvals } = await domain().run<{ approvals: readonly AnyRow[] }>('approvalsToDecide', {}, as);
  await domain().run('approve', { id: approvals[0]?.id ?? '' }, as);
  await domain().settle();
};
const inDecember = async () => {
  await domain().advanceTo('2026-12-01T06:00:00.000Z');
  await domain().settle();
};

describe('a statement', () => {
  it('is counted against the target of the person, as it is when the period ends, with a bonus and spiffs', async () => {
    const made = await plan({ tiers, bonuses: [{ from: '100', amount: usd('50') }] });
    await sell('1000');
    expect(await totals()).toEqual(['30.00']);
    await run('grantSpiff', { plan: made.id, user: people.ana, amount: usd('20'), reason: 'First sale' });
    expect(await failure(run('grantSpiff', { plan: made.id, user: people.luis, amount: usd('20'), reason: 'X' }))).toBe(
      'NOT_A_MEMBER',
    );
    await run('createSalesTarget', { user: people.ana, from: '2026-11-01', to: '2026-11-30', amount: usd('800') });
    await inDecember();
    expect(await statement()).toMatchObject({
      ...{ status: 'CALCULATED', quota: { minor: 80000 }, attainment: '125' },
      ...{ earned: { minor: 3400 }, bonus: { minor: 5000 }, spiffs: { minor: 2000 }, total: { minor: 10400 } },
    });
  });

  it('is approved by somebody else and never changes again: corrections go to the next one', async () => {
    await plan({ percent: '10' });
    const invoice = await sell('100');
    const open = await statement();
    const named = async () => ({ id: open.id, version: (await statement()).version });
    expect(await failure(run('approveCommissionStatement', await named()))).toBe('INVALID_STATE');
    await inDecember();
    const own = domain().actor({ id: people.ana, userId: people.ana });
    expect(await failure(domain().run('approveCommissionStatement', await named(), own))).toBe('OWN_STATEMENT');
    const stranger = domain().actor({ tenant: 'other' });
    expect(await failure(domain().run('approveCommissionStatement', await named(), stranger))).toBe('NOT_FOUND');
    const approved = await run('approveCommissionStatement', await named());
    expect(approved).toMatchObject({ status: 'APPROVED', pdf: expect.any(String) as unknown, total: { minor: 1000 } });
    await credit(invoice, '40');
    expect(await totals()).toEqual(['10.00', '-4.00']);
    expect(await statement(people.ana, 1)).toMatchObject({ adjustment: { minor: -400 }, earned: { minor: 0 } });
    expect((await statement()).version).toBe(approved.version);
    const paid = { id: open.id, version: approved.version, on: '2026-12-05', reference: 'Payroll' };
    expect(await run('payCommissionStatement', paid)).toMatchObject({ status: 'PAID', paidOn: '2026-12-05' });
  });

  it('is approved by the approvers of its policy', async () => {
    await run('createApprovalPolicy', { name: 'C', kind: 'commission', steps: [{ by: 'PERSON', user: people.luis }] });
    await plan({ percent: '10' });
    await sell('100');
    await inDecember();
    const { id, version } = await statement();
    expect(await failure(run('approveCommissionStatement', { id, version }))).toBe('APPROVAL_ASKED');
    await agree();
    expect(await statement()).toMatchObject({ status: 'APPROVED' });
  });

  it('is asked about anew where it has changed since', async () => {
    await run('createApprovalPolicy', { name: 'C', kind: 'commission', steps: [{ by: 'PERSON', user: people.luis }] });
    await plan({ percent: '10' });
    const invoice = await sell('100');
    await inDecember();
    await credit(invoice, '40');
    await agree();
    expect(await statement()).toMatchObject({ status: 'CALCULATED', total: { minor: 600 } });
    await agree();
    expect(await statement()).toMatchObject({ status: 'APPROVED', total: { minor: 600 } });
  });

  it('has its cap when it is corrected, too', async () => {
    await plan({ percent: '10', cap: usd('5') });
    const invoice = await sell('100');
    await inDecember();
    const { id, version } = await statement();
    await run('approveCommissionStatement', { id, version });
    await credit(invoice, '40');
    expect(await totals()).toEqual(['5.00', '0.00']);
    await credit(invoice, '20');
    expect(await totals()).toEqual(['5.00', '-1.00']);
  });
});
