import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type AnyRow } from '#kernel';
import { agreeing } from '#test/support/agreeing';
import { usd } from '#test/support/invoice-lines';
import { failure } from '#test/support/domain';
import { makePeople } from '#test/support/people';
import { Agreement, AgreementSettlement } from './index.ts';

const { start, run, domain, active, sell, credit, period, figures, settlements, note } = agreeing();
beforeEach(start);

const settle = async (agreement: AnyRow, amount?: string) => {
  const { id, version } = await period(agreement);
  return run('settleAgreementPeriod', { id, version, ...(amount !== undefined && { amount: usd(amount) }) });
};

describe('what was earned', () => {
  it('is settled at the end of its period by a credit note that is issued once somebody agreed; later returns go to the next', async () => {
    const agreement = await active();
    const invoice = await sell('30000');
    await domain().advanceTo('2026-12-01T06:00:00.000Z');
    await domain().settle();
    expect(await figures(agreement)).toEqual(['1200.00', '0.00', '1200.00', '0.00']);
    const [settlement] = await settlements(agreement);
    if (!settlement) throw new Error('Nothing was settled.');
    const [draftId = ''] = settlement.creditNotes;
    expect(await note(draftId)).toMatchObject({ status: 'DRAFT', type: 'REBATE', totals: { base: { minor: 120000 } } });
    const { id, version } = settlement;
    expect(await run('approveAgreementSettlement', { id, version })).toMatchObject({ status: 'DONE' });
    expect(await note(draftId)).toMatchObject({ status: 'ISSUED' });
    expect(await failure(run('approveAgreementSettlement', { id, version }))).toBe('STALE_VERSION');
    await domain().settle();
    expect(await period(agreement)).toMatchObject({ status: 'SETTLED' });

    await credit(invoice, 'RETURN', '1500');
    expect(await figures(agreement)).toEqual(['1140.00', '60.00', '1200.00', '0.00']);
    expect(await figures(agreement, 1)).toEqual(['0.00', '-60.00', '0.00', '-60.00']);
    await sell('10000');
    expect(await figures(agreement, 1)).toEqual(['200.00', '-60.00', '0.00', '140.00']);
    await domain().advanceTo('2027-01-01T06:00:00.000Z');
    await domain().settle();
    expect(await domain().reader().data(Agreement).get(agreement.id)).toMatchObject({ status: 'CLOSED' });
    const [last] = await settlements(agreement);
    expect(last && toDecimal(last.amount)).toBe('140.00');
    await run('approveAgreementSettlement', { id: last?.id, version: last?.version });
    expect(await domain().reader().data(Agreement).get(agreement.id)).toMatchObject({ status: 'SETTLED' });
  });

  it('is settled in parts, which are taken off; a refused part is due again', async () => {
    const agreement = await active();
    await sell('30000');
    expect(await failure(settle(agreement, '1200.01'))).toBe('OVER_SETTLED');
    const part = await settle(agreement, '700');
    expect((await figures(agreement))[3]).toBe('500.00');
    await run('rejectAgreementSettlement', { id: part.id, version: part.version, reason: 'Too early' });
    expect((await figures(agreement))[3]).toBe('1200.00');
    expect(await note(String((part['creditNotes'] as readonly string[])[0]))).toMatchObject({ status: 'DISCARDED' });
    await settle(agreement, '700');
    await domain().advanceTo('2026-12-01T06:00:00.000Z');
    await domain().settle();
    expect((await settlements(agreement)).map(({ amount }) => toDecimal(amount)).toSorted()).toEqual([
      '500.00',
      '700.00',
    ]);
    expect(await failure(settle(agreement))).toBe('NOTHING_DUE');
  });

  it('stays due, with the reason, where its invoices have not so much left to be credited; nothing is half written', async () => {
    const agreement = await active();
    const invoice = await sell('30000');
    await credit(invoice, 'REBATE', '29000');
    const { id, version } = await period(agreement);
    expect(await failure(run('settleAgreementPeriod', { id, version }))).toBe('NOTHING_TO_CREDIT');
    expect([await figures(agreement), await settlements(agreement)]).toEqual([
      ['1200.00', '0.00', '0.00', '1200.00'],
      [],
    ]);
    await domain().advanceTo('2026-12-01T06:00:00.000Z');
    await domain().settle();
    expect(await period(agreement)).toMatchObject({ status: 'CLOSED', problem: 'NOTHING_TO_CREDIT' });
    const ended = await period(agreement);
    const part = { id, version: ended.version, amount: usd('1000') };
    expect(await run('settleAgreementPeriod', part)).toMatchObject({ status: 'PENDING', amount: { minor: 100000 } });
    expect(await figures(agreement)).toEqual(['1200.00', '0.00', '1000.00', '200.00']);
  });

  it('is decided by the approvers of its policy, and paid where that was agreed', async () => {
    const [boss = ''] = await makePeople(domain(), ['Boss']);
    await run('createApprovalPolicy', { name: 'R', kind: 'agreement', steps: [{ by: 'PERSON', user: boss }] });
    const agreement = await active({ settleBy: 'PAYMENT' });
    await sell('30000');
    const { id, version } = await period(agreement);
    const settlement = await run('settleAgreementPeriod', { id, version });
    await domain().settle();
    const named = { id: settlement.id, version: settlement.version };
    expect(await failure(run('approveAgreementSettlement', named))).toBe('APPROVAL_ASKED');
    const as = domain().actor({ id: boss, userId: boss });
    const { approvals } = await domain().run<{ approvals: readonly AnyRow[] }>('approvalsToDecide', {}, as);
    await domain().run('approve', { id: approvals[0]?.id ?? '' }, as);
    await domain().settle();
    const approved = await domain().reader().data(AgreementSettlement).get(settlement.id);
    expect(approved).toMatchObject({ status: 'APPROVED', creditNotes: [] });
    const done = { id: approved.id, version: approved.version, on: '2026-11-25', reference: 'T-9' };
    expect(await run('finishAgreementSettlement', done)).toMatchObject({ status: 'DONE', reference: 'T-9' });
  });

  it('waits where the agreement is suspended, with the reason, and ends early when it is closed', async () => {
    const agreement = await active();
    await sell('30000');
    const held = await run('suspendAgreement', { id: agreement.id, version: agreement.version });
    await domain().advanceTo('2026-12-01T06:00:00.000Z');
    await domain().settle();
    expect(await period(agreement)).toMatchObject({ status: 'CLOSED', problem: 'SUSPENDED', settled: { minor: 0 } });
    const again = await run('resumeAgreement', { id: agreement.id, version: held.version });
    expect(await run('closeAgreement', { id: agreement.id, version: again.version })).toMatchObject({
      status: 'CLOSED',
    });
    const { id, version } = await period(agreement);
    expect(await run('settleAgreementPeriod', { id, version })).toMatchObject({ amount: { minor: 120000 } });
    expect((await period(agreement, 1)).status).toBe('SETTLED');
  });

  it('is not given twice: what of a refused part was issued by hand stays settled', async () => {
    const agreement = await active({ tiers: [{ from: '0', percent: '20' }] });
    const invoice = await sell('100');
    await sell('20');
    await credit(invoice, 'REBATE', '83');
    const part = await settle(agreement);
    const notes = await Promise.all((part['creditNotes'] as readonly string[]).map((id) => note(id)));
    expect(notes.map(({ totals }) => toDecimal(totals.base))).toEqual(['20.00', '4.00']);
    await run('issueCreditNote', { creditNote: notes[0]?.id });
    await run('rejectAgreementSettlement', { id: part.id, version: part.version, reason: 'Too early' });
    expect(await figures(agreement)).toEqual(['24.00', '0.00', '20.00', '4.00']);
  });

  it('is issued all the same where somebody discarded its draft, in one write of up to twelve notes', async () => {
    const agreement = await active({ tiers: [{ from: '0', percent: '100' }] });
    for (let sold = 1; sold <= 13; sold += 1) await sell('10');
    expect(await failure(settle(agreement))).toBe('NOTHING_TO_CREDIT');
    const settlement = await settle(agreement, '120');
    const drafts = settlement['creditNotes'] as readonly string[];
    const draft = await note(drafts[0] ?? '');
    await run('discardCreditNote', { id: draft.id, version: draft.version, reason: 'By mistake' });
    const named = { id: settlement.id, version: settlement.version };
    const done = await run('approveAgreementSettlement', named);
    const issued = await Promise.all((done['creditNotes'] as readonly string[]).map((id) => note(id)));
    expect(issued.map(({ status, totals }) => [status, totals.base.minor])).toEqual(
      Array.from({ length: 12 }, () => ['ISSUED', 1000]),
    );
    expect([done['status'], issued.slice(1).map(({ id }) => id)]).toEqual(['DONE', drafts.slice(1)]);
  });

  it('is refused, and the period says so, where it cannot be given any more once the approvers agree', async () => {
    const [boss = ''] = await makePeople(domain(), ['Boss']);
    await run('createApprovalPolicy', { name: 'R', kind: 'agreement', steps: [{ by: 'PERSON', user: boss }] });
    const agreement = await active();
    const invoice = await sell('30000');
    const settlement = await settle(agreement);
    await credit(invoice, 'REBATE', '29000');
    const as = domain().actor({ id: boss, userId: boss });
    const { approvals } = await domain().run<{ approvals: readonly AnyRow[] }>('approvalsToDecide', {}, as);
    await domain().run('approve', { id: approvals[0]?.id ?? '' }, as);
    await domain().settle();
    expect(await domain().reader().data(AgreementSettlement).get(settlement.id)).toMatchObject({
      ...{ status: 'REJECTED', reason: expect.stringContaining('OVER_CREDITED') as unknown },
    });
    expect(await period(agreement)).toMatchObject({ problem: 'FAILED', due: { minor: 120000 }, settled: { minor: 0 } });
  });
});
