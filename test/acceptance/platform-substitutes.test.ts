import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Caller } from '#test/support/cloud';
import { startSelling, type Selling } from '#test/support/selling';

let selling: Selling;
let helper: Caller;
let helperId: string;
beforeAll(async () => {
  selling = await startSelling();
  const account = { email: 'marta@demo.lazo.test', name: 'Marta', password: 'marta-marta' };
  await selling.cloud.addUser(account);
  const invited = { name: account.name, email: account.email, roles: ['seller'] };
  ({ id: helperId } = await selling.act('inviteUser', invited, 'user { id version }'));
  helper = { token: await selling.cloud.signIn(account.email, account.password) };
}, 60_000);
afterAll(() => selling.cloud.stop());

type Users = {
  readonly users: {
    readonly nodes: readonly { readonly id: string; readonly email: string; readonly version: number }[];
  };
};

/** A person of the demo tenant, by the role that the address names. */
const userOf = async (role: string) => {
  const { users } = await selling.ask<Users>('{ users(first: 50) { nodes { id email version } } }');
  const user = users.nodes.find(({ email }) => email.startsWith(role));
  if (!user) throw new Error(`There is no ${role}.`);
  return user;
};
const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);

it('ACT-16 a substitute sees the agenda and does the work of an absent seller, for the days of the absence', async () => {
  const seller = await selling.tokenOf('seller');
  const absent = await userOf('seller');
  const { id } = await selling.act(
    'createActivity',
    {
      subject: 'Visita de entrega',
      type: selling.ids.visit,
      account: selling.ids.account,
      startsAt: `${day(1)}T15:00:00Z`,
    },
    'activity { id version }',
    seller,
  );
  const agenda = () =>
    selling.ask<{ agenda: unknown }>(
      `query($user: ID!, $day: Date!) { agenda(user: $user, from: $day, to: $day) { __typename } }`,
      { user: absent.id, day: day(1) },
      helper,
    );
  const update = () =>
    selling.act(
      'updateActivity',
      { id, version: 1, subject: 'Visita con sustituto' },
      'activity { id version }',
      helper,
    );
  await expect(agenda()).rejects.toThrow('FORBIDDEN');
  await expect(update()).rejects.toThrow(/FORBIDDEN|NOT_FOUND/);
  await selling.act(
    'setAbsence',
    { user: absent.id, substitute: helperId, from: day(-1), until: day(3) },
    'user { id version }',
  );
  await selling.cloud.advance(90);
  await expect(agenda()).resolves.toBeDefined();
  expect((await update()).version).toBe(2);
  await selling.act('setAbsence', { user: absent.id }, 'user { id version }');
  await selling.cloud.advance(90);
  await expect(agenda()).rejects.toThrow('FORBIDDEN');
});
