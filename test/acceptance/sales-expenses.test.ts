import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cards, type Card } from '#test/support/card-people';
import { drawCard } from '#test/support/cards';
import { failing, openClient, type Answered } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { upload } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';

type Money = { readonly amount: string };
type Expense = Answered & { readonly payable: Money; readonly cap: string | null };
type Report = Answered & { readonly status: string; readonly claimed: Money; readonly balance: Money };

let cloud: TestCloud;
let seller: Caller;
let manager: Caller;
const { ask, act, signIn, idOf } = openClient(() => cloud);
const usd = (amount: string) => ({ amount, currency: 'USD' });
const ticket: Card = {
  ...(cards[0] as Card),
  name: 'Restaurante El Faro',
  jobTitle: 'RUC: 1790012345001',
  company: 'Fecha: 20/11/2026',
  website: 'TOTAL 23.45',
};
const spend = (more: object, caller = seller) =>
  act<Expense>(
    'createExpense',
    { category: 'MEALS', spentOn: '2026-01-20', description: 'Almuerzo', ...more },
    'payable { amount } cap needsApproval receipt { id }',
    caller,
  );
const reportFields = 'number status claimed { amount } balance { amount }';
const report = (name: string, input: object, caller = seller, fields = reportFields) =>
  act<Report>(`${name}ExpenseReport`, input, fields, caller);

beforeAll(async () => {
  cloud = await startTestCloud();
  [seller, manager] = await Promise.all([signIn('seller'), signIn('manager')]);
  await act('createExpensePolicy', { name: 'Comidas', kind: 'RECEIPT', category: 'MEALS', perDay: usd('30') });
  await act('createExpensePolicy', { name: 'Viáticos', kind: 'PER_DIEM', rate: '45' });
}, 90_000);
afterAll(() => cloud.stop());

describe('expenses', () => {
  it('EXP-01 are noted on the way: a photo of the receipt is read, caps are applied, a repeated call makes no second one', async () => {
    const file = await upload(cloud, 'recibo.png', drawCard(ticket, 0), 'image/png', seller);
    const { readReceipt: read } = await ask<{ readReceipt: Readonly<Record<string, unknown>> }>(
      'query($file: ID!) { readReceipt(file: $file) { merchant merchantTaxId spentOn amount { amount currency } } }',
      { file },
      seller,
    );
    expect(read).toEqual({
      merchant: 'Restaurante El Faro',
      merchantTaxId: '1790012345001',
      spentOn: '2026-11-20',
      amount: { amount: '23.45', currency: 'USD' },
    });
    const account = (await act('createAccount', { name: 'Cliente S.A.' }, '', seller)).id;
    const lunch = { amount: usd('23.45'), receipt: file, merchant: 'El Faro', account };
    const first = await spend({ ...lunch, idempotencyKey: 'lunch' });
    expect((await spend({ ...lunch, idempotencyKey: 'lunch' })).id).toBe(first.id);
    expect(first).toMatchObject({ payable: { amount: '23.45' }, receipt: { id: file } });
    const dinner = await spend({ amount: usd('20'), description: 'Cena' });
    expect(dinner).toMatchObject({ payable: { amount: '6.55' }, cap: 'PER_DAY' });
    expect(await spend({ kind: 'PER_DIEM', days: '2', category: 'LODGING' })).toMatchObject({
      payable: { amount: '90.00' },
    });
    expect(await failing(spend({ amount: { amount: '10', currency: 'EUR' } }))).toContain('RATE_MISSING');
    expect(await failing(spend({ amount: usd('-1') }))).toContain('BAD_INPUT');
    expect(await failing(act('createExpensePolicy', { name: 'X', kind: 'RECEIPT' }, '', seller))).toContain(
      'FORBIDDEN',
    );
    const { account: seen } = await ask<{ account: { expenses: { nodes: readonly object[] } } }>(
      'query($id: ID!) { account(id: $id) { expenses { nodes { id } } } }',
      { id: account },
      seller,
    );
    expect(seen.expenses.nodes).toEqual([{ id: first.id }]);
  });

  it('EXP-02 are settled by a report: approved by the manager, paid less the advance, with a statement, and final', async () => {
    const draft = await report('create', { subject: 'Gira de enero', advance: usd('50') });
    expect(draft).toMatchObject({ claimed: { amount: '133.45' }, balance: { amount: '70.00' } });
    const submitted = await report('submit', { id: draft.id, version: draft.version });
    const named = { id: draft.id, version: submitted.version };
    expect(await failing(report('approve', named))).toContain('FORBIDDEN');
    const other = await startOtherTenant(cloud);
    expect(await failing(report('approve', named, other))).toContain('NOT_FOUND');
    const approved = await report('approve', named, manager, `${reportFields} pdf { id } decidedBy { id }`);
    expect(approved).toMatchObject({ status: 'APPROVED', decidedBy: { id: await idOf(manager) } });
    const { id: pdf } = approved['pdf'] as { readonly id: string };
    const { fileUrl } = await ask<{ fileUrl: { url: string } }>(
      'query($pdf: ID!) { fileUrl(id: $pdf) { url } }',
      { pdf },
      seller,
    );
    const bytes = await (await fetch(fileUrl.url)).arrayBuffer();
    expect(new TextDecoder().decode(bytes.slice(0, 5))).toBe('%PDF-');
    expect(await failing(report('approve', named, manager))).toContain('STALE_VERSION');
    expect(await failing(report('update', { id: draft.id, version: approved.version, subject: 'X' }))).toContain(
      'FROZEN',
    );
    const pay = { id: draft.id, version: approved.version, on: '2026-01-31', reference: 'T-1' };
    expect(await failing(report('reimburse', pay, manager))).toContain('FORBIDDEN');
    expect(await act('reimburseExpenseReport', pay, reportFields)).toMatchObject({ status: 'REIMBURSED' });
  });
});
