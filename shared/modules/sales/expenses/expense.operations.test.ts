import { beforeEach, describe, expect, it } from '@jest/globals';
import { toDecimal, type Actor, type AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import type { DocumentReader } from '#kernel/ports';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { partyModules, person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { Expense, ExpenseReport, type ExpenseReportRow, type ExpenseRow } from './index.ts';

const tenanted = withTenantTable();
let domain: Domain;
let ana: Actor;
let boss: Actor;

const documentReader: DocumentReader = {
  readLines: () =>
    Promise.resolve([
      { text: 'Restaurante El Faro', confidence: 0.97 },
      { text: 'Fecha 20/11/2026', confidence: 0.97 },
    ]),
  answer: () => Promise.resolve(new Map()),
  readExpense: () => Promise.resolve(new Map([['total', { text: '$ 23.45', confidence: 0.9 }]])),
};
const usd = (amount: string) => ({ amount, currency: 'USD' });
const run = <Result = AnyRow>(operation: string, input: object, actor = ana) =>
  domain.run<Result>(operation, input as Readonly<Record<string, unknown>>, actor);
const spend = (amount: string, more: object = {}, actor = ana) =>
  run<ExpenseRow>(
    'createExpense',
    { category: 'MEALS', spentOn: '2026-11-20', description: 'Lunch', amount: usd(amount), ...more },
    actor,
  );
const policy = (values: object) => run('createExpensePolicy', { name: 'P', ...values }, domain.actor());
const report = (more: object = {}) => run<ExpenseReportRow>('createExpenseReport', { subject: 'Loja', ...more });
const submit = ({ id, version }: ExpenseReportRow) => run<ExpenseReportRow>('submitExpenseReport', { id, version });
const read = (id: string) => domain.reader().data(ExpenseReport).get(id);
const paid = ({ payable, excess, cap }: ExpenseRow) => [toDecimal(payable), toDecimal(excess), cap];
const uploaded = async (body: string) => {
  // As an upload leaves it: bytes in the store, the record ready.
  const { file } = await run<{ file: { id: string } }>('startUpload', {
    name: 'receipt.jpg',
    contentType: 'image/jpeg',
    size: 400,
  });
  const bytes = Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.alloc(396, body)]);
  await domain.runtime.ports.files.put(`${tenanted.tenant}/files/${file.id}`, bytes, 'image/jpeg');
  await run('finishUpload', { id: file.id });
  return file.id;
};

beforeEach(async () => {
  domain = startDomain({
    modules: partyModules,
    table: tenanted.table,
    tenant: tenanted.tenant,
    ports: { documentReader },
  });
  const [anaId = '', bossId = ''] = await makePeople(domain, ['Ana', 'Boss']);
  const operations = ['expenseReport.submit', 'approval.decide', 'approval.request'];
  const own = person(domain, anaId).rules;
  ana = person(domain, anaId, { rules: { ...own, operations } });
  boss = domain.actor({ id: bossId, userId: bossId });
});

describe('an expense', () => {
  it('takes as its receipt only a file that was sent by whoever notes it and belongs to nothing', async () => {
    const receipt = await uploaded('m');
    const kept = await spend('5', { receipt });
    expect(await failure(spend('6', { receipt }))).toBe('NOT_YOUR_FILE');
    const other = await spend('7');
    const at = { id: other.id, version: other.version };
    expect(await failure(run('updateExpense', { ...at, receipt }))).toBe('NOT_YOUR_FILE');
    expect(await failure(spend('8', { receipt: await uploaded('n') }, boss))).toBe('NOT_YOUR_FILE');
    expect(
      await run('updateExpense', { id: kept.id, version: kept.version, receipt, description: 'Dinner' }),
    ).toMatchObject({
      receipt,
    });
  });

  it('is cut at the cap of its day, in the order in which it was noted', async () => {
    await policy({ kind: 'RECEIPT', category: 'MEALS', perDay: usd('30') });
    expect(paid(await spend('18'))).toEqual(['18.00', '0.00', undefined]);
    const second = await spend('20');
    expect(paid(second)).toEqual(['12.00', '8.00', 'PER_DAY']);
    expect(paid(await spend('20', { spentOn: '2026-11-19' }))).toEqual(['20.00', '0.00', undefined]);
    const less = await run<ExpenseRow>('updateExpense', { id: second.id, version: second.version, amount: usd('10') });
    expect(paid(less)).toEqual(['10.00', '0.00', undefined]);
  });

  it('counts days and kilometres by their rate, and other money by its own', async () => {
    await policy({ kind: 'PER_DIEM', rate: '45.50' });
    await policy({ kind: 'MILEAGE', rate: '0.285' });
    const none = { amount: undefined };
    expect(paid(await spend('0', { ...none, kind: 'PER_DIEM', days: '2' }))[0]).toBe('91.00');
    expect(paid(await spend('0', { ...none, kind: 'MILEAGE', distance: '120.5', category: 'FUEL' }))[0]).toBe('34.34');
    expect(await failure(spend('0', { ...none, kind: 'PER_DIEM', days: '0' }))).toBe('BAD_INPUT');
    const euros = { amount: { amount: '100', currency: 'EUR' } };
    expect(await failure(spend('0', euros))).toBe('RATE_MISSING');
    expect(paid(await spend('0', { ...euros, exchangeRate: '1.0825' }))[0]).toBe('108.25');
  });

  it.each([
    ['BAD_INPUT', { amount: usd('-5') }],
    ['BAD_INPUT', { amount: undefined }],
    ['NO_RATE', { kind: 'MILEAGE', distance: '10' }],
    ['IN_FUTURE', { spentOn: '2026-12-24' }],
    ['NOT_FOUND', { receipt: 'fil_00000000000000000000000000' }],
  ])('answers %s for %j and writes nothing', async (code, more) => {
    expect(await failure(spend('5', more))).toBe(code);
    expect((await domain.reader().data(Expense).list({ first: 5 })).rows).toEqual([]);
  });

  it('is flagged when the same receipt was claimed before: the same picture, or the same number', async () => {
    const number = { merchantTaxId: '1790012345001', receiptNumber: '001-001-000000007' };
    const first = await spend('10', number);
    const picture = await spend('11', { receipt: await uploaded('a') });
    await domain.settle();
    const numbers = { merchantTaxId: '179001234-5001', receiptNumber: '001 001 000000007' };
    expect(await spend('10', numbers, boss)).toMatchObject({ duplicateOf: first.id });
    expect(await spend('11', { receipt: await uploaded('a') })).toMatchObject({ duplicateOf: picture.id });
    expect((await spend('11', { receipt: await uploaded('b') })).duplicateOf).toBeUndefined();
  });

  it('is read from the picture of its receipt: lines first, the whole for the rest', async () => {
    const read = await run<Readonly<Record<string, unknown>>>('readReceipt', { file: await uploaded('c') });
    expect(read).toMatchObject({
      merchant: 'Restaurante El Faro',
      spentOn: '2026-11-20',
      amount: { minor: 2345, currency: 'USD' },
    });
    const table = await domain.run<AnyRow>('startUpload', { name: 'a.csv', contentType: 'text/csv', size: 3 }, ana);
    expect(await failure(run('readReceipt', { file: (table['file'] as AnyRow).id }))).toBe('FILE_NOT_UPLOADED');
  });
});

describe('a report of expenses', () => {
  it('takes what was not claimed, is submitted, approved by somebody else, paid, and changes no more', async () => {
    await policy({ kind: 'RECEIPT', perExpense: usd('50') });
    const lunch = await spend('18');
    const hotel = await spend('80', { category: 'LODGING' });
    const draft = await report({ advance: usd('30') });
    expect([draft.claimed, draft.payable, draft.balance].map(toDecimal)).toEqual(['98.00', '68.00', '38.00']);
    const submitted = await submit(draft);
    const decide = (operation: string, more: object = {}, actor = boss, version = submitted.version) =>
      run<ExpenseReportRow>(operation, { id: draft.id, version, ...more }, actor);
    const { version } = await domain.reader().data(Expense).get(lunch.id);
    expect(await failure(run('updateExpense', { id: lunch.id, version, description: 'X' }))).toBe('FROZEN');
    expect(await failure(decide('approveExpenseReport', {}, ana))).toBe('FORBIDDEN');
    expect(await failure(decide('approveExpenseReport', {}, { ...boss, userId: ana.userId ?? '' }))).toBe('OWN_REPORT');
    const approved = await decide('approveExpenseReport');
    expect(approved).toMatchObject({ status: 'APPROVED', decidedBy: boss.userId, pdf: expect.any(String) as unknown });
    expect(await failure(decide('approveExpenseReport'))).toBe('STALE_VERSION');
    const again = await failure(decide('updateExpenseReport', { subject: 'X' }, ana, approved.version));
    expect(again).toBe('FROZEN');
    const end = await decide('reimburseExpenseReport', { on: '2026-11-22', reference: 'T-1' }, boss, approved.version);
    expect(end).toMatchObject({ status: 'REIMBURSED', reimbursedOn: '2026-11-22' });
    expect(await domain.reader().data(Expense).get(hotel.id)).toMatchObject({
      status: 'REIMBURSED',
      cap: 'PER_EXPENSE',
    });
  });

  it('asks the approvers of its policy and follows what they say; the same news twice changes nothing', async () => {
    const person = { by: 'PERSON', user: boss.userId };
    await run('createApprovalPolicy', { name: 'E', kind: 'expense', from: usd('50'), steps: [person] }, domain.actor());
    await policy({ kind: 'RECEIPT', perExpense: usd('50'), over: 'APPROVE' });
    await spend('80');
    const draft = await report();
    const submitted = await submit(draft);
    await domain.settle();
    expect(await failure(run('approveExpenseReport', { id: draft.id, version: submitted.version }, boss))).toBe(
      'APPROVAL_ASKED',
    );
    const pending = async () =>
      (await run<{ approvals: readonly { id: string; reason?: string }[] }>('approvalsToDecide', {}, boss))
        .approvals[0];
    const first = await pending();
    expect(first?.reason).toContain('tope por gasto');
    await run('reject', { id: first?.id, comment: 'Too dear' }, boss);
    const events = await domain.settle();
    const rejected = await read(draft.id);
    expect(rejected).toMatchObject({ status: 'REJECTED', reason: 'Too dear' });
    await consumeEvents(domain.runtime, events);
    expect((await read(draft.id)).version).toBe(rejected.version);
    await submit(rejected);
    await domain.settle();
    await run('approve', { id: (await pending())?.id }, boss);
    await domain.settle();
    expect(await read(draft.id)).toMatchObject({ status: 'APPROVED', payable: { minor: 8000 } });
    expect(events.map(({ type }) => type)).toContain('expenseReport.rejected');
  });

  it('holds expenses of one person, each in one report, with receipts where they are asked for', async () => {
    await policy({ kind: 'RECEIPT', receiptFrom: usd('40') });
    expect(await failure(submit(await report()))).toBe('NO_EXPENSES');
    const mine = await spend('40');
    const his = await spend('5', {}, boss);
    expect(await failure(report({ expenses: [his.id] }))).toBe('NOT_FOUND');
    const both = { subject: 'X', expenses: [mine.id, his.id] };
    expect(await failure(run('createExpenseReport', both, boss))).toBe('OTHER_PERSON');
    const draft = await report({ expenses: [mine.id] });
    expect(await failure(report({ expenses: [mine.id] }))).toBe('IN_REPORT');
    expect(await failure(run('archiveExpense', { id: mine.id, version: mine.version + 1 }))).toBe('IN_REPORT');
    expect(await failure(submit(draft))).toBe('RECEIPT_MISSING');
    const receipt = await uploaded('hotel');
    await run('updateExpense', { id: mine.id, version: mine.version + 1, amount: usd('60'), receipt });
    expect(toDecimal((await read(draft.id)).claimed)).toBe('60.00');
    expect(await submit(await read(draft.id))).toMatchObject({ status: 'SUBMITTED' });
    const stranger = domain.actor({ tenant: 'other' });
    expect(await failure(run('approveExpenseReport', { id: draft.id, version: 3 }, stranger))).toBe('NOT_FOUND');
  });
});
