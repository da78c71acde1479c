// A seller, a boss and a chief, and rules that alert them.
import { expect } from '@jest/globals';
import type { AnyRow, Table } from '#kernel';
import { defaultActivityTypes } from '#modules/engagement/activities';
import type { AlertRow } from '#modules/platform/alerts';
import { startDomain, type Domain } from './domain.ts';
import { workOff } from './jobs.ts';
import { partyModules } from './parties.ts';
import { makePeople } from './people.ts';

/** A Monday, 10:00 in Quito: people work from 9 to 18. */
const now = '2026-11-23T15:00:00.000Z';

const owner = { afterMinutes: 0, to: 'OWNER' };
/** The owner at once, the manager after an hour, the one above after two. */
export const ladder = [owner, { afterMinutes: 60, to: 'MANAGER' }, { afterMinutes: 120, to: 'MANAGER', level: 2 }];
/** The owner alone. */
export const toOwner = { steps: [owner] };
/** An account whose name says that something is broken. */
export const broken = { kind: 'THRESHOLD', of: 'Account', where: { name: { contains: 'Roto' } } };

/** What is done once just before the next write that reaches the table; whether its writer dies before or after it. */
export type Meanwhile = { run?: (() => Promise<unknown>) | undefined; dies?: 'before' | 'after' | undefined };

const interrupted =
  (meanwhile: Meanwhile) =>
  (table: Table): Table => {
    const interrupting = async (write: () => Promise<void>): Promise<void> => {
      const { run, dies } = meanwhile;
      Object.assign(meanwhile, { run: undefined, dies: undefined });
      await run?.();
      if (dies !== 'before') await write();
      if (dies) throw new Error(`The worker died ${dies} the write.`);
    };
    return {
      ...table,
      write: (write) => interrupting(() => table.write(write)),
      transact: (writes) => interrupting(() => table.transact(writes)),
    };
  };

const makers = (domain: Domain, seller: string) => {
  let callType: string | undefined;
  return {
    makeRule: (trigger: object, more: object = {}) =>
      domain.run<AnyRow>('createAlertRule', { name: 'Mira', trigger, steps: ladder, ...more }),
    account: (more: object = {}) => domain.run<AnyRow>('createAccount', { name: 'Sol', owner: seller, ...more }),
    plan: async (dueAt: string | undefined, more: object = {}): Promise<AnyRow> => {
      const [type] = defaultActivityTypes.filter(({ key }) => key === 'CALL');
      callType ??= (await domain.run<AnyRow>('createActivityType', type ?? {})).id;
      const due = dueAt === undefined ? {} : { dueAt };
      return domain.run<AnyRow>('createActivity', {
        type: callType,
        subject: 'Llamar',
        owner: seller,
        ...due,
        ...more,
      });
    },
  };
};

const changers = (domain: Domain) => {
  const entityOf = (name: string) => domain.reader().trusted(domain.registry.entity(name));
  return {
    entityOf,
    /** Runs an `update` operation on a record as it is now. */
    change: async (row: { readonly id: string }, operation: string, values: object): Promise<AnyRow> => {
      const { version } = await entityOf(operation.replace(/^update/, '')).get(row.id);
      return domain.run<AnyRow>(operation, { id: row.id, version, ...values });
    },
  };
};

/** Starts it. `domain.settle` and `until` do the jobs too. */
export const startAlerting = async (table: Table, tenant: string) => {
  const meanwhile: Meanwhile = {};
  const domain: Domain = startDomain({ modules: partyModules, table, tenant, now, through: interrupted(meanwhile) });
  const [seller = '', boss = '', chief = ''] = await makePeople(domain, ['Seller', 'Boss', 'Chief']);
  const { entityOf, change } = changers(domain);
  await change({ id: seller }, 'updateUser', { manager: boss });
  await change({ id: boss }, 'updateUser', { manager: chief });
  const settle = async (): Promise<void> => {
    await domain.settle();
    await workOff(domain);
  };
  const alerts = async (): Promise<readonly AlertRow[]> =>
    (await entityOf('Alert').page('all', { first: 50 })).rows as unknown as readonly AlertRow[];
  return {
    ...makers(domain, seller),
    domain,
    meanwhile,
    people: { seller, boss, chief },
    entityOf,
    change,
    settle,
    alerts,
    /** The one alert that there is. */
    only: async (): Promise<AlertRow> => {
      const [first, ...others] = await alerts();
      expect(others).toEqual([]);
      return first as AlertRow;
    },
    rename: async (row: AnyRow, name: string): Promise<void> => {
      await change(row, 'updateAccount', { name });
      await settle();
    },
    /** What comes due on the way is late: mails that nobody sends would be tried for hours. */
    until: async (moment: string): Promise<void> => {
      domain.clock.set(new Date(Date.parse(moment) - 60_000).toISOString());
      await domain.advanceTo(moment);
      await settle();
    },
  };
};

/** It. */
export type Alerting = Awaited<ReturnType<typeof startAlerting>>;
