import { beforeEach, describe, expect, it } from '@jest/globals';
import { TransactionCancelled, type Table } from '#kernel';
import { billing } from '#test/support/billing';
import { failure } from '#test/support/domain';
import { line } from '#test/support/invoice-lines';
import { workOff } from '#test/support/jobs';
import { Invoice, type InvoiceRow } from './index.ts';

/** What goes wrong with a write, by turns: nothing, it is lost, the table is away, or it is done and nobody hears of it. */
type Fault = (turn: number) => 'none' | 'lost' | 'away' | 'unheard';

let fault: Fault = () => 'none';
let turns = 0;

/** A table whose transactions go wrong, as they do on AWS under load. */
const faulty = (table: Table): Table => ({
  ...table,
  transact: async (writes) => {
    const what = fault((turns += 1));
    if (what === 'lost') throw new TransactionCancelled(writes.map(() => ({ code: 'CONFLICT' })));
    if (what === 'away') throw new Error('The table is away.');
    await table.transact(writes);
    if (what === 'unheard') throw new Error('The answer was lost.');
  },
  metered: (meter) => faulty(table.metered(meter)),
});

const { start, run, draft, issue, domain, account } = billing({ through: faulty });
beforeEach(async () => {
  fault = () => 'none';
  await start();
});

const issuers = Array.from({ length: 50 }, (_, index) => index);
const all = async (): Promise<readonly InvoiceRow[]> => {
  const { rows } = await domain().reader().data(Invoice).page('byAccount', { of: account(), first: 100 });
  return rows.filter(({ status }) => status === 'ISSUED');
};
const proof = () =>
  run<{ checked: number; problems: readonly object[] }>('verifyDocuments', { series: 'invoice/001-001' });
const drafts = (count: number) =>
  Promise.all(Array.from({ length: count }, async () => (await draft([line('1', '100')])).id));

/** So many writes are lost before somebody stands in line: four tries of five rounds. */
const loseRaces = (): void => {
  turns = 0;
  fault = (turn) => (turn <= 20 ? 'lost' : 'none');
};

/** Numbers 1 to K, each once, days in their order, and every seal right. */
const expectNumbers = async (): Promise<number> => {
  const rows = [...(await all())].sort((a, b) => (a.chainIndex ?? 0) - (b.chainIndex ?? 0));
  expect(rows.map(({ number }) => number)).toEqual(
    rows.map((_, index) => `001-001-${String(index + 1).padStart(9, '0')}`),
  );
  const days = rows.map(({ issuedOn = '' }) => issuedOn);
  expect(days).toEqual([...days].sort());
  expect(await proof()).toEqual({ checked: rows.length, problems: [] });
  return rows.length;
};

describe('the numbers of invoices', () => {
  it('run from 1 to 50 under 50 issuers at once, whatever goes wrong; who does not get one at once gets it in turn', async () => {
    const by = 5;
    const ids = await drafts(issuers.length);
    turns = by;
    const faults = ['lost', 'away', 'lost', 'unheard'] as const;
    fault = (turn) => (turn % by === 0 ? (faults[(turn / by) % faults.length] ?? 'none') : 'none');
    const days = ['2026-11-22T15:00:00.000Z', '2026-11-23T15:00:00.000Z'];
    const tries = ids.map((id, index) => {
      if (index === 25) domain().clock.set(days[1] ?? '');
      return issue(id);
    });
    const outcomes = await Promise.allSettled(tries);
    const became = outcomes.map((each) => (each.status === 'rejected' ? 'FAILED' : each.value.status));
    expect(new Set(became)).toEqual(new Set(['FAILED', 'ISSUED', 'ISSUING']));
    fault = () => 'none';
    await domain().settle();
    await workOff(domain());
    await expectNumbers();
    for (const id of ids) await issue(id);
    await workOff(domain());
    expect(await expectNumbers()).toBe(50);
  }, 90_000);

  it('are first come, first served: nobody overtakes who waits, and who cannot be served is sent back', async () => {
    const [first = '', second = '', third = ''] = await drafts(3);
    loseRaces();
    expect((await issue(first)).status).toBe('ISSUING');
    expect((await issue(second)).status).toBe('ISSUING');
    expect((await issue(third)).status).toBe('ISSUING');
    const customer = await domain().reader().data(Invoice).get(second);
    await run('updateAccount', { id: customer.account, version: 1, legalName: 'Customer S.A.' });
    await workOff(domain());
    const rows = await Promise.all([first, second, third].map((id) => domain().reader().data(Invoice).get(id)));
    expect(rows.map(({ chainIndex, buyer }) => [chainIndex, buyer.name])).toEqual([
      [1, 'Customer S.A.'],
      [2, 'Customer S.A.'],
      [3, 'Customer S.A.'],
    ]);
  });

  it('come all the same when the job was cancelled: asked for again, another one is started', async () => {
    const [first = '', second = ''] = await drafts(2);
    loseRaces();
    expect([(await issue(first)).status, (await issue(second)).status]).toEqual(['ISSUING', 'ISSUING']);
    const [{ message } = { message: { body: {} } }] = domain().sent.splice(0);
    await run('cancelJob', { id: (message.body as { readonly job?: string }).job });
    await workOff(domain());
    expect(await failure(issue(second, { on: '2026-11-22' }))).toBe('INVALID_STATE');
    expect((await issue(second)).status).toBe('ISSUING');
    await workOff(domain());
    const [one, two] = await Promise.all([first, second].map((id) => domain().reader().data(Invoice).get(id)));
    expect([one?.chainIndex, two?.chainIndex]).toEqual([1, 2]);
  });

  it('are asked for again when their turn brings an error: the draft says why', async () => {
    const [id = ''] = await drafts(1);
    loseRaces();
    expect((await issue(id)).status).toBe('ISSUING');
    const { rows } = await domain().reader().data(Invoice).page('byStatus', { of: 'ISSUING' });
    expect(rows.map((row) => row.id)).toEqual([id]);
    await run('updateAccount', { id: account(), version: 1, taxId: null });
    await workOff(domain());
    expect(await domain().reader().data(Invoice).get(id)).toMatchObject({
      status: 'DRAFT',
      issueProblem: expect.stringMatching(/^BUYER_TAX_ID_MISSING: /),
    });
  });
});
