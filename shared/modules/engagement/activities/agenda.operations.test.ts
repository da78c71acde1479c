import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Row } from '#kernel';
import { modules } from '#modules';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { makePeople, peopleForTests } from '#test/support/people';
import type { Activity, ActivityType } from './index.ts';

type Agenda = {
  readonly days: readonly { readonly day: string; readonly entries: readonly object[] }[];
  readonly isComplete: boolean;
  readonly cutFrom?: string;
};
type Panel = Record<'overdue' | 'today' | 'next', readonly object[]> & { readonly counters: object };

const tenanted = withTenantTable();
let domain: Domain;
let call: string;
let ana: string;
beforeEach(async () => {
  domain = startDomain({ modules: [...modules, peopleForTests], table: tenanted.table, tenant: tenanted.tenant });
  call = (
    await domain.run<Row<typeof ActivityType>>('createActivityType', {
      key: 'CALL',
      name: { es: 'Llamada', en: 'Call' },
    })
  ).id;
  [ana = ''] = await makePeople(domain, ['Ana']);
});

const me = () => domain.actor({ id: ana, userId: ana });
const plan = (startsAt: string) =>
  domain.run<Row<typeof Activity>>('createActivity', { subject: 'Call', type: call, startsAt }, me());
const planMany = async (count: number, startsAt: string): Promise<void> => {
  for (let done = 0; done < count; done += 50)
    await Promise.all(Array.from({ length: Math.min(50, count - done) }, () => plan(startsAt)));
};
const agenda = (from: string, to: string) => domain.run<Agenda>('agenda', { from, to }, me());
const sizes = ({ days }: Agenda) => days.map(({ day, entries }) => [day, entries.length]);

describe('a long agenda', () => {
  it('is read on to its end, up to the last minute of its last day', async () => {
    await planMany(130, '2026-11-23T15:00:00Z');
    await plan('2026-11-25T04:59:00Z');
    await plan('2026-11-25T05:00:00Z');
    const read = await agenda('2026-11-23', '2026-11-24');
    expect(sizes(read)).toEqual([
      ['2026-11-23', 130],
      ['2026-11-24', 1],
    ]);
    expect(read).toMatchObject({ isComplete: true });
    expect(read).not.toHaveProperty('cutFrom');
  });

  it('says where it was cut, so that one can go on', async () => {
    await planMany(300, '2026-11-23T15:00:00Z');
    await planMany(210, '2026-11-24T15:00:00Z');
    const read = await agenda('2026-11-23', '2026-11-25');
    expect(sizes(read)).toEqual([
      ['2026-11-23', 300],
      ['2026-11-24', 200],
    ]);
    expect(read).toMatchObject({ isComplete: false, cutFrom: '2026-11-24' });
    expect(sizes(await agenda('2026-11-24', '2026-11-25'))).toEqual([['2026-11-24', 210]]);
  });
});

describe('the panel of somebody with much to do', () => {
  const panel = () => domain.run<Panel>('panel', { first: 5 }, me());

  it('counts beyond a hundred', async () => {
    await planMany(130, '2026-11-20T15:00:00Z');
    await planMany(110, '2026-11-22T20:00:00Z');
    const shown = await panel();
    expect([shown.overdue.length, shown.today.length]).toEqual([5, 5]);
    expect(shown.counters).toMatchObject({ overdue: 130, today: 110, next: 0, isComplete: true });
  });

  it('shows the work of today behind hundreds of overdue ones, and says that it did not count them all', async () => {
    await planMany(510, '2026-11-20T15:00:00Z');
    await plan('2026-11-22T20:00:00Z');
    expect((await panel()).counters).toEqual({ overdue: 500, today: 1, next: 0, unassigned: 0, isComplete: false });
  });
});
