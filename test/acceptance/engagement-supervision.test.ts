import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let seller: Caller;
let manager: Caller;

const ask: Selling['ask'] = (query, variables, caller) => selling.ask(query, variables, caller);
const act: Selling['act'] = (name, input, selection, caller) => selling.act(name, input, selection, caller);
const daysFromNow = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
const dayOf = (days: number): string => daysFromNow(days).slice(0, 10);
type Work = { id: string; version: number };
const plan = (subject: string, startsAt: string, more: object = {}): Promise<Work> =>
  act<Work>(
    'createActivity',
    { subject, type: selling.ids.call, account: selling.ids.account, startsAt, ...more },
    'activity { id version }',
    seller,
  );

type Sums = { planned: number; done: number; minutes: number };
type Seen = {
  teamWork: {
    groups: (Sums & { person: { id: string } | null; type: { key: string } | null; result: string | null })[];
    total: Sums;
    overdue: { person: { id: string }; count: number }[];
  };
};
const teamWork = (groupBy: string, caller: Caller) =>
  ask<Seen>(
    `query($from: Date!, $to: Date!) { teamWork(from: $from, to: $to, groupBy: [${groupBy}]) { groups { person { id } type { key } result planned done minutes } total { planned done minutes } overdue { person { id } count } } }`,
    { from: dayOf(-10), to: dayOf(10) },
    caller,
  );

beforeAll(async () => {
  selling = await startSelling();
  seller = await selling.tokenOf('seller');
  manager = await selling.tokenOf('manager');
}, 120_000);
afterAll(() => selling.cloud.stop());

describe('supervision', () => {
  it('ACT-14 a manager sees what each seller has planned and done, what is overdue and what came of it', async () => {
    const before = (await teamWork('person', manager)).teamWork;
    const [late, done] = [await plan('Tarde', daysFromNow(-3)), await plan('Hecha', daysFromNow(1))];
    await plan('Por hacer', daysFromNow(2));
    await act('completeActivity', { id: done.id, result: 'Quiere oferta', minutes: 25 }, 'activity { id }', seller);
    await selling.cloud.idle();
    const { groups, overdue } = (await teamWork('person', manager)).teamWork;
    const own = ({ groups: all }: Pick<Seen['teamWork'], 'groups'>) =>
      all.find(({ person }) => person?.id === selling.ids.seller) ?? { planned: 0, done: 0, minutes: 0 };
    const was = own(before);
    expect(own({ groups })).toMatchObject({ planned: was.planned + 2, done: was.done + 1, minutes: was.minutes + 25 });
    const wasLate = before.overdue.find(({ person }) => person.id === selling.ids.seller)?.count ?? 0;
    expect(overdue.find(({ person }) => person.id === selling.ids.seller)?.count).toBe(wasLate + 1);
    const results = (await teamWork('result, type', manager)).teamWork.groups;
    expect(results).toContainEqual(
      expect.objectContaining({ result: 'Quiere oferta', type: { key: 'CALL' }, done: 1 }),
    );
    await expect(teamWork('person', seller)).rejects.toThrow('FORBIDDEN');
    const drilled = await ask<{ agenda: { days: { entries: { activity: { id: string } }[] }[] } }>(
      'query($user: ID!, $from: Date!, $to: Date!) { agenda(user: $user, from: $from, to: $to) { days { entries { activity { id } } } } }',
      { user: selling.ids.seller, from: dayOf(-4), to: dayOf(3) },
      manager,
    );
    const ids = drilled.agenda.days.flatMap(({ entries }) => entries.map(({ activity }) => activity.id));
    expect(ids).toContain(late.id);
  });

  it('ACT-14 gives the work of a seller to somebody else at once, and takes it back', async () => {
    const works = await Promise.all(
      Array.from({ length: 12 }, (_, nth) => plan(`Llamada ${String(nth)}`, daysFromNow(50 + nth))),
    );
    const input = { ids: works.map(({ id }) => id), owner: selling.ids.manager };
    await expect(act('reassignWork', input, 'job { id }', seller)).rejects.toThrow('FORBIDDEN');
    const job = await act('reassignWork', input, 'job { id version }', manager);
    await selling.cloud.idle();
    const owners = async () => {
      const query = 'query($ids: [ID!]!) { nodes(ids: $ids) { ... on Activity { owner { id } } } }';
      const { nodes } = await ask<{ nodes: { owner: { id: string } }[] }>(query, { ids: input.ids }, manager);
      return [...new Set(nodes.map(({ owner }) => owner.id))];
    };
    expect(await owners()).toEqual([selling.ids.manager]);
    await act('undoJob', { id: job.id }, 'job { id }', manager);
    await selling.cloud.idle();
    expect(await owners()).toEqual([selling.ids.seller]);
  });

  it('ACT-14 sees who neglects which accounts and opportunities', async () => {
    await act(
      'createOpportunity',
      { name: 'Sin contacto', account: selling.ids.account },
      'opportunity { id }',
      seller,
    );
    await selling.cloud.advance(25 * 3_600);
    seller = await selling.tokenOf('seller');
    manager = await selling.tokenOf('manager');
    const query =
      'query($of: String!, $owner: ID!) { neglect(of: $of, days: 1) { total owners { owner { id } count } } neglected(of: $of, days: 1, owner: $owner) { entries { since record { __typename ... on Account { id } ... on Opportunity { name } } } } }';
    type Answer = {
      neglect: { total: number; owners: { owner: { id: string }; count: number }[] };
      neglected: { entries: { record: { __typename: string; id?: string; name?: string } }[] };
    };
    const neglected = (of: string) => ask<Answer>(query, { of, owner: selling.ids.seller }, manager);
    const accounts = await neglected('Account');
    const mine = accounts.neglected.entries.map(({ record }) => record.id);
    expect(mine).toContain(selling.ids.account);
    const counted = accounts.neglect.owners.find(({ owner }) => owner.id === selling.ids.seller)?.count;
    expect(counted).toBe(mine.length);
    const opportunities = await neglected('Opportunity');
    expect(opportunities.neglected.entries.map(({ record }) => record.name)).toContain('Sin contacto');
    const call = await act<Work>(
      'createActivity',
      { subject: 'Por fin', type: selling.ids.call, account: selling.ids.account },
      'activity { id version }',
      seller,
    );
    await act('completeActivity', { id: call.id, result: 'Habló' }, 'activity { id }', seller);
    await selling.cloud.idle();
    const after = await neglected('Account');
    expect(after.neglected.entries.map(({ record }) => record.id)).not.toContain(selling.ids.account);
    await expect(ask(query, { of: 'Account', owner: selling.ids.seller }, seller)).rejects.toThrow('FORBIDDEN');
  }, 120_000);
});
