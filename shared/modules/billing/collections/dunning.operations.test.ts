import { beforeEach, describe, expect, it } from '@jest/globals';
import { defaultActivityTypes } from '#modules/engagement/activities';
import { Mail } from '#modules/platform/mail-out';
import { creditSources, type CreditSource } from '#modules/sales/orders';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { person } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { asked, usd, withReceivables } from '#test/support/receivables';
import { CollectionActivity } from './collection-activity.entity.ts';
import { DunningBlock } from './dunning-block.entity.ts';
import { DunningPlan, dunningPlanId } from './dunning-plan.entity.ts';
import { CollectionCase, DunningLetter, type CollectionCaseRow, type DunningLetterRow } from './index.ts';

const receivables = withReceivables(withTenantTable());
const { run, invoiced, paid } = receivables;
const domain = () => receivables.domain();
const account = () => receivables.account();

const policy = (more: object = {}) =>
  run('createDunningPolicy', { name: 'Usual', isDefault: true, minAmount: asked('10'), interest: '9.5', ...more });
const everything = { create: 'all', read: 'all', update: 'all', archive: 'all' } as const;
const nothing = { create: 'none', read: 'none', update: 'none', archive: 'none' } as const;
/** A morning's run, with all that follows. */
const dun = async () => {
  await domain().settle();
  await run('runDunning', {});
  await workOff(domain());
  await domain().settle();
};
/** Another day; nothing that is due by itself happens on the way. */
const on = (day: string): void => {
  domain().clock.set(`${day}T15:00:00.000Z`);
};
const letters = async (of = account()): Promise<readonly DunningLetterRow[]> =>
  (await domain().reader().trusted(DunningLetter).page('byAccount', { of })).rows;
const levels = async () => (await letters()).map(({ level }) => level);
const openCase = async (): Promise<CollectionCaseRow | undefined> =>
  domain().reader().trusted(CollectionCase).findUnique('openFor', account());
const activities = async () => (await domain().reader().trusted(CollectionActivity).page('all', {})).rows;

beforeEach(async () => {
  for (const type of defaultActivityTypes) await run('createActivityType', type);
});

describe('dunning', () => {
  it('writes level after level, with days between; the third one comes with a call', async () => {
    await policy();
    await invoiced('100', '2026-11-22', 5);
    await dun();
    expect(await letters()).toEqual([]);
    on('2026-11-24');
    await dun();
    await dun();
    expect(await levels()).toEqual([0]);
    expect(await openCase()).toBeUndefined();
    on('2026-11-30');
    await dun();
    expect(await openCase()).toMatchObject({ status: 'NEW', level: 1, overdue: [usd('100')], oldestDays: 3 });
    for (const day of ['2026-12-07', '2026-12-17', '2026-12-18']) {
      on(day);
      await dun();
    }
    expect(await levels()).toEqual([0, 1, 2, 3]);
    expect(await activities()).toEqual([
      expect.objectContaining({ kind: 'CALL', collectionCase: (await openCase())?.id }),
    ]);
  });

  it('blocks orders with the last notice until somebody releases them, then lawyers take over', async () => {
    await policy();
    const one = await invoiced('100', '2026-10-13', 5);
    await dun();
    const credit = domain().registry.contributions(creditSources) as readonly CreditSource[];
    const standing = () => Promise.all(credit.map((source) => source(domain().reader(), account())));
    expect(await standing()).toEqual([
      { owed: usd('100'), unapplied: usd('0'), overdueDays: 35, blocked: 'Último aviso de pago sin respuesta' },
    ]);
    const [block] = (await domain().reader().trusted(DunningBlock).page('byAccount', { of: account() })).rows;
    const release = { id: block?.id, version: 1, reason: 'Good customer' };
    expect(await failure(domain().run('releaseDunningBlock', release, person(domain(), 'usr_x')))).not.toBe(
      'nothing failed',
    );
    await run('releaseDunningBlock', release);
    expect((await standing())[0]).not.toHaveProperty('blocked');
    on('2026-12-17');
    await dun();
    expect(await openCase()).toMatchObject({ status: 'LEGAL', level: 5 });
    const last = (await letters()).at(-1);
    // 100.00 x 9.5 % x 60 / 365
    expect(last).toMatchObject({
      lines: [{ invoice: one.id, number: one.number, open: usd('100'), interest: usd('1.56') }],
      total: [usd('101.56')],
      to: 'molinos@example.com',
      pdf: expect.any(String) as unknown,
    });
    const mail = await domain()
      .reader()
      .trusted(Mail)
      .get(last?.mail ?? '');
    expect(mail).toMatchObject({ template: 'dunning-5', attachments: [last?.pdf], locale: 'es' });
    await paid('100', { receivedOn: '2026-12-17' });
    await domain().settle();
    await domain().settle();
    expect(await openCase()).toBeUndefined();
  });

  it('leaves out what is promised, disputed or too little, as long as it is', async () => {
    await policy();
    const [one, two] = [await invoiced('100', '2026-10-01', 40), await invoiced('50', '2026-10-01', 40)];
    await invoiced('9.99', '2026-10-01', 1);
    const alone = { account: account(), amount: asked('100'), promisedOn: '2026-11-25', by: 'Ana' };
    await domain().settle();
    await run('promisePayment', { ...alone, invoices: [one.id] });
    await run('disputeInvoice', { id: two.id, version: two.version, reason: 'Broken' });
    await dun();
    expect(await letters()).toEqual([]);
    domain().clock.set('2026-11-27T05:00:00.000Z');
    await domain().advanceTo('2026-11-27T05:00:30.000Z');
    on('2026-11-28');
    await dun();
    expect(await openCase()).toMatchObject({ status: 'ESCALATED', brokenPromises: 1, level: 2 });
    expect((await letters()).map(({ level, lines }) => [level, lines.map(({ invoice }) => invoice)])).toEqual([
      [2, [one.id]],
    ]);
    await run('endInvoiceDispute', { id: two.id, version: two.version + 1 });
    on('2026-12-05');
    await dun();
    expect((await letters()).map(({ level, lines }) => [level, lines.length])).toEqual([
      [2, 1],
      [3, 2],
    ]);
  });

  it('says why a letter did not go out, writes to nobody without a policy, and goes on each morning with one', async () => {
    const silent = (await run('createAccount', { name: 'Silent', taxId: '1710034065' })).id;
    const spared = (await run('createAccount', { name: 'Spared', taxId: '0910000009', isNotDunned: true })).id;
    await invoiced('100', '2026-10-01', 30, { account: silent });
    await invoiced('100', '2026-10-01', 30, { account: spared });
    await dun();
    expect(await letters(silent)).toEqual([]);
    const made = await policy();
    await domain().settle();
    const plan = () => domain().reader().trusted(DunningPlan).get(dunningPlanId);
    expect(await plan()).toMatchObject({ nextAt: '2026-11-23T12:00:00.000Z' });
    domain().clock.set('2026-11-23T12:00:00.000Z');
    await domain().advanceTo('2026-11-23T12:00:30.000Z');
    // Already before this morning's job is done, and whether or not it ever is.
    expect(await plan()).toMatchObject({ nextAt: '2026-11-24T12:00:00.000Z' });
    await domain().settle();
    await workOff(domain());
    expect(await letters(silent)).toEqual([expect.objectContaining({ problem: 'The account has no e-mail address.' })]);
    expect(await letters(spared)).toEqual([]);
    expect(await plan()).toMatchObject({ nextAt: '2026-11-24T12:00:00.000Z' });
    await run('updateDunningPolicy', { id: made.id, version: made.version, active: false });
    domain().clock.set('2026-11-24T12:00:00.000Z');
    await domain().advanceTo('2026-11-24T12:00:30.000Z');
    await domain().settle();
    await workOff(domain());
    expect(await plan()).not.toHaveProperty('nextAt');
    expect(await letters(silent)).toHaveLength(1);
    expect(await failure(policy({ name: 'Bad', levels: [] }))).toBe('BAD_INPUT');
    const level = { level: 2, days: 5 };
    expect(await failure(policy({ name: 'Bad', levels: [level, { ...level, days: 3 }] }))).toBe('BAD_INPUT');
  });
});

describe('a case', () => {
  it('is worked on with a next action each time; who contests is not dunned; it ends when nothing is late', async () => {
    const [collector = '', seller = '', stranger = ''] = await makePeople(domain(), [
      'Collector',
      'Seller',
      'Stranger',
    ]);
    const read = await run('createAccount', { name: 'Owned', taxId: '1710034065', owner: seller });
    const one = await invoiced('100', '2026-10-01', 10, { account: read.id });
    await domain().settle();
    expect(await failure(run('openCollectionCase', { account: account() }))).toBe('NOTHING_LATE');
    const opened = await run<CollectionCaseRow>('openCollectionCase', { account: read.id, owner: collector });
    expect((await run('openCollectionCase', { account: read.id })).id).toBe(opened.id);
    const at = { id: opened.id, version: opened.version };
    expect(await failure(run('recordCollectionAction', { ...at, outcome: 'REFUSES' }))).toBe('NEXT_ACTION_REQUIRED');
    const next = { subject: 'Call again', dueAt: '2026-11-24T15:00:00.000Z' };
    const done = await run<{ case: CollectionCaseRow; activity: object; next: object }>('recordCollectionAction', {
      ...{ ...at, outcome: 'DISPUTE', notes: 'Wet goods', disputed: [one.id], next },
    });
    expect(done.case).toMatchObject({ status: 'IN_CONTACT', nextActionAt: next.dueAt });
    expect(done.activity).toMatchObject({ status: 'DONE', collectionOutcome: 'DISPUTE', outcome: 'Wet goods' });
    expect(done.next).toMatchObject({ ...next, status: 'PLANNED', owner: collector, collectionCase: opened.id });
    expect(await receivables.invoice(one.id)).toMatchObject({ disputed: true, disputeReason: 'Wet goods' });
    const close = { id: opened.id, version: done.case.version };
    expect(await failure(run('closeCollectionCase', { ...close, closing: 'PAID' }))).toBe('STILL_LATE');

    await domain().settle();
    const history = (as: string) =>
      domain().run<Readonly<Record<string, unknown>>>('collectionHistory', { account: read.id }, person(domain(), as));
    expect(await history(seller)).toMatchObject({
      ...{ oldestDays: 42, isBlocked: false, case: { id: opened.id }, payments: [], promises: [], letters: [] },
      ageing: [{ overdue: usd('100') }],
      actions: [{ status: 'PLANNED' }, { status: 'DONE' }],
    });
    expect(await failure(history(stranger))).toBe('NOT_FOUND');
    // Who sees the account sees of it what the role lets one see: support nothing, colleagues what their team is owed.
    const as = (entities: object) => {
      const rules = person(domain(), stranger).rules;
      const all = { ...rules.entities, Account: everything, ...entities };
      return domain().actor({ id: stranger, userId: stranger, rules: { ...rules, entities: all } });
    };
    const seen = (entities: object) =>
      domain().run<Readonly<Record<string, unknown>>>('collectionHistory', { account: read.id }, as(entities));
    expect(await failure(seen({ CollectionCase: nothing }))).toBe('FORBIDDEN');
    const foreign = await seen({});
    expect(foreign).toMatchObject({ ageing: [], oldestDays: 0, actions: [], payments: [] });
    expect(foreign).not.toHaveProperty('case');
    expect(await seen({ CollectionCase: everything })).toMatchObject({ case: { id: opened.id }, ageing: [] });
    const period = { account: read.id, from: '2026-10-01' };
    const statement = (entities: object) => domain().run('accountStatement', period, as(entities));
    expect(await failure(statement({}))).toBe('FORBIDDEN');
    const lists = { Invoice: everything, CreditNote: everything, Payment: everything };
    expect(await failure(statement(lists))).toBe('FORBIDDEN');
    expect(await statement({ ...lists, WriteOff: everything })).toMatchObject({
      statements: [{ closing: usd('100') }],
    });
    for (const query of ['ageing', 'receivables']) {
      const input = query === 'ageing' ? { account: read.id } : { account: read.id, from: '2026-10-01' };
      const told = (entities: object) => domain().run(query, input, as(entities));
      expect(await failure(told({ Invoice: everything }))).toBe('FORBIDDEN');
      expect(await failure(told({ Invoice: everything, Payment: everything }))).toBe('nothing failed');
    }

    await paid('100', { account: read.id });
    await domain().settle();
    await domain().settle();
    expect(await domain().reader().data(CollectionCase).get(opened.id)).toMatchObject({ closing: 'PAID', overdue: [] });
  });

  it('goes to another collector and to lawyers, and ends as written off, or because what was contested is settled', async () => {
    const [collector = ''] = await makePeople(domain(), ['Collector']);
    const approve = await receivables.approver('write-off');
    const one = await invoiced('100', '2026-10-01', 10);
    await domain().settle();
    const opened = await run<CollectionCaseRow>('openCollectionCase', { account: account() });
    const assigned = await run<CollectionCaseRow>('assignCollectionCase', {
      ...{ id: opened.id, version: opened.version, owner: collector },
    });
    expect(assigned).toMatchObject({ owner: collector, status: 'NEW' });
    const at = { id: opened.id, version: assigned.version };
    expect(await run('handCaseToLegal', { ...at, reason: 'Studio X' })).toMatchObject({ status: 'LEGAL' });
    expect(await failure(run('handCaseToLegal', { ...at, reason: 'Again' }))).toBe('STALE_VERSION');
    const { id } = await run('requestWriteOff', { invoice: one.id, amount: asked('100'), reason: 'Bankrupt' });
    await approve(id);
    await domain().settle();
    const read = (of: string) => domain().reader().data(CollectionCase).get(of);
    expect(await read(opened.id)).toMatchObject({ status: 'CLOSED', closing: 'WRITTEN_OFF', closedOn: '2026-11-22' });

    const two = await invoiced('50', '2026-10-13', 10);
    await domain().settle();
    const next = await run<CollectionCaseRow>('openCollectionCase', { account: account() });
    expect(next.id).not.toBe(opened.id);
    const disputed = await run('disputeInvoice', { id: two.id, version: two.version, reason: 'Wet' });
    const close = { id: next.id, version: next.version, closing: 'DISPUTE_RESOLVED', reason: 'Agreed' };
    expect(await failure(run('closeCollectionCase', close))).toBe('STILL_LATE');
    await run('endInvoiceDispute', { id: two.id, version: disputed.version });
    expect(await run('closeCollectionCase', close)).toMatchObject({ status: 'CLOSED', closing: 'DISPUTE_RESOLVED' });
  });
});
