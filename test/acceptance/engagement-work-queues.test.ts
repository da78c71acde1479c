import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let marta: Caller;
let other: Caller;
let [martaId, unit]: string[] = [];

const invite = async (name: string, more: object): Promise<{ readonly id: string; readonly caller: Caller }> => {
  const email = `${name}@demo.lazo.test`;
  await selling.cloud.addUser({ email, name, password: `${name}-${name}` });
  const { id } = await selling.act('inviteUser', { name, email, ...more }, 'user { id version }');
  return { id, caller: { token: await selling.cloud.signIn(email, `${name}-${name}`) } };
};

/** Work is escalated by working time, and the test may run on a Sunday. */
const workAlways = async (): Promise<void> => {
  const hours = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, from: '00:00', to: '24:00' }));
  const always = { name: 'Siempre', hours, observesCountry: false };
  const { id: calendar } = await selling.act('createWorkingCalendar', always, 'workingCalendar { id version }');
  const { me } = await selling.ask<{ me: { tenant: { id: string; version: number } } }>(
    '{ me { tenant { id version } } }',
  );
  await selling.act('updateTenant', { ...me.tenant, calendar }, 'tenant { id version }');
};

beforeAll(async () => {
  selling = await startSelling();
  await workAlways();
  const { manager } = selling.ids;
  const made = await selling.act(
    'createOrgUnit',
    { name: 'Cobranzas', level: 'COMPANY', manager },
    'orgUnit { id version }',
  );
  unit = made.id;
  const invited = await invite('marta', { roles: ['seller'] });
  [martaId, marta] = [invited.id, invited.caller];
  await selling.act('updateUser', { id: martaId, version: 1, orgUnit: unit }, 'user { id version }');
  other = (await invite('pablo', { roles: ['support'] })).caller;
}, 120_000);
afterAll(() => selling.cloud.stop());

type Work = { readonly id: string; readonly owner: { readonly id: string } | null; readonly queue: string };
type Queues = {
  readonly panel: { readonly unassigned: readonly Work[]; readonly sections: readonly object[] };
  readonly workQueues: { readonly queues: readonly { readonly queue: string; readonly waiting: number }[] };
};
const look = (caller: Caller) =>
  selling.ask<Queues>(
    '{ panel { unassigned { id owner { id } queue } sections { name records { id } } } workQueues { queues { queue waiting } } }',
    {},
    caller,
  );
const fields = 'activity { id owner { id } queue }';
const plan = (input: object) =>
  selling.act<Work>(
    'createActivity',
    { subject: 'Revisar el saldo', type: selling.ids.call, account: selling.ids.account, ...input },
    fields,
  );

it('WFL-02 work is routed to a department or role, seen in the panels of its people, claimed by one, escalated when nobody does', async () => {
  const work = await plan({ department: unit, escalateAfter: 1 });
  const forSupport = await plan({ role: 'support' });
  expect(work).toMatchObject({ owner: null, queue: unit });
  await selling.cloud.idle();

  const mine = await look(marta);
  expect(mine.panel.unassigned.map(({ id }) => id)).toEqual([work.id]);
  expect(mine.workQueues.queues).toContainEqual({ queue: unit, waiting: 1 });
  expect((await look(other)).panel.unassigned.map(({ id }) => id)).toEqual([forSupport.id]);
  // Those of the department read what it is about, though neither is theirs.
  const seen = 'query($id: ID!) { activity(id: $id) { id account { id } } }';
  expect(await selling.ask(seen, { id: work.id }, marta)).toEqual({
    activity: { id: work.id, account: { id: selling.ids.account } },
  });
  await expect(selling.act('claimActivity', { id: work.id }, fields, other)).rejects.toThrow('NOT_FOUND');
  await expect(
    selling.act('reassignActivities', { ids: [work.id], role: 'support' }, 'activities { id }', marta),
  ).rejects.toThrow('FORBIDDEN');
  await expect(plan({ role: 'pilot' })).rejects.toThrow('UNKNOWN_ROLE');

  await selling.cloud.advance(130);
  await selling.cloud.idle();
  const manager = await selling.tokenOf('manager');
  const section = { name: 'escalated', records: [{ id: work.id }] };
  expect((await look(manager)).panel.sections).toContainEqual(section);
  const given = await selling.act<readonly Work[]>(
    'reassignActivities',
    { ids: [work.id], department: unit },
    'activities { id owner { id } queue }',
    manager,
  );
  expect(given).toEqual([{ id: work.id, owner: null, queue: unit }]);

  const again = { token: await selling.cloud.signIn('marta@demo.lazo.test', 'marta-marta') };
  const taken = await selling.act<Work>('claimActivity', { id: work.id }, fields, again);
  expect(taken).toEqual({ id: work.id, owner: { id: martaId }, queue: unit });
  await expect(selling.act('claimActivity', { id: work.id }, fields, again)).rejects.toThrow('ALREADY_TAKEN');
  expect((await look(again)).panel.unassigned).toEqual([]);
}, 60_000);
