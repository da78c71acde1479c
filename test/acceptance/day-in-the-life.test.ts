import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { askAs, signIn } from '../../scripts/day/ask.ts';
import { liveADay } from '../../scripts/day/day-in-the-life.ts';

type Day = Awaited<ReturnType<typeof liveADay>>;

let cloud: TestCloud;
let day: Day;
beforeAll(async () => {
  cloud = await startTestCloud();
  const { graphql, signIn: issuer, users } = cloud.ready();
  const askAsRole = async (role: string) => {
    const { email = '', password = '' } = users.find((user) => user.role === role) ?? {};
    return askAs(graphql, await signIn(issuer, email, password));
  };
  day = await liveADay({
    seller: await askAsRole('seller'),
    administrator: await askAsRole('administrator'),
    say: () => undefined,
    now: new Date(),
    mark: '4128376',
  });
}, 120_000);
afterAll(() => cloud.stop());

describe('a day in the life of a seller, over HTTP', () => {
  it('begins with signing in: the person, and the tenant', () => {
    expect(day.me.user.name).not.toBe('');
    expect(day.me.tenant.name).not.toBe('');
  });

  it('ENT-01, CON-01 has an account with its main contact', () => {
    expect(day.account360.account).toMatchObject({ id: day.account.id, mainContactName: day.contact.name });
    expect(day.account360.contacts.map(({ id }) => id)).toEqual([day.contact.id]);
  });

  it('ACT-02, ACT-11 has a visit that was completed with a next action', () => {
    const { activity, next } = day.visit;
    expect(activity).toMatchObject({ status: 'DONE', result: 'Wants a proposal for two greenhouses' });
    expect(next.previous.id).toBe(activity.id);
    expect(day.account360.activities.map(({ id }) => id)).toEqual([next.id]);
  });

  it('OPP-02 has an opportunity that went through the stages, with its history', () => {
    expect(day.opportunity.stage).toBe('DECISION');
    expect(day.opportunity.stageHistory.map(({ stage }) => stage)).toEqual(['PROSPECTING', 'ENGAGING', 'PROPOSAL']);
  });

  it('ACT-10 shows the next action in the panel', () => {
    expect(day.panel.next.map(({ id }) => id)).toEqual([day.visit.next.id]);
    expect(day.panel.counters).toMatchObject({ overdue: 0, next: 1, unassigned: 0 });
  });

  it('OPP-05 shows the opportunity on the board, in the column where it stands', () => {
    const standing = day.board.columns.filter(({ count }) => count > 0);
    expect(standing).toMatchObject([{ stage: 'DECISION', count: 1, amount: { amount: '12500.00', currency: 'USD' } }]);
  });

  it('OPP-04 counts it in the forecast, weighted by the chance of its stage', () => {
    expect(day.forecast.weighted).toEqual({ amount: '9375.00', currency: 'USD' });
    expect(day.forecast.groups).toMatchObject([{ stage: 'DECISION', count: 1 }]);
  });

  it('ENT-06 tells in the timeline what happened, the newest first', () => {
    const types = day.timeline.entries.map(({ type }) => type);
    expect(types.at(-1)).toBe('account.created');
    expect(types).toEqual(expect.arrayContaining(['contact.created', 'activity.completed', 'opportunity.created']));
  });

  it('ENT-05 shows the account at a glance', () => {
    expect(day.account360.opportunities.map(({ id }) => id)).toEqual([day.opportunity.id]);
  });

  it('CON-03 finds the contact by a fragment of its phone', () => {
    expect(day.search.hits).toMatchObject([
      { type: 'Contact', title: day.contact.name, record: { id: day.contact.id } },
    ]);
  });

  it('archives the account and restores it', () => {
    expect(day.archived.archivedAt).toEqual(expect.any(String));
    expect(day.restored).toMatchObject({ id: day.account.id, archivedAt: null, version: day.archived.version + 1 });
  });
});
