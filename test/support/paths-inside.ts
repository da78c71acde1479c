// Asynchronous paths inside the product: reactions, workflows, jobs, timers.
import { job, module, mutation, type AnyRow } from '#kernel';
import { consumeEvents } from '#kernel/consume-events';
import { readTimeline } from '#kernel/timeline';
import { createAccount } from '#modules/parties/accounts';
import { Job, runJob, startJob } from '#modules/platform/jobs';
import { tellListeners } from '#modules/platform/realtime';
import { fireMinute, sweepMinutes } from '#modules/platform/upkeep';
import { runWorkflows } from '#modules/platform/workflows';
import type { Place, Rig } from './asynchronous-paths.ts';
import { startDomain } from './domain.ts';
import { nextJobMessage } from './jobs.ts';
import { countOf, everything, failingOnes, holding } from './paths-of-rows.ts';
import { makePeople } from './people.ts';
import { startWorkflowing } from './workflows.ts';

/** Events -> read models, timelines, reactions, notices. */
export const reacting = async ({ table, tenant }: Place): Promise<Rig> => {
  const { events, ports } = holding();
  const domain = startDomain({ modules: everything, table, tenant, ports });
  const [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
  const { id: type } = await domain.run<AnyRow>('createActivityType', callType);
  return {
    domain,
    occasion: async (nth) => {
      const account = await domain.run<AnyRow>('createAccount', { name: `Cliente ${String(nth)}` });
      const asked = { type, subject: `Llamar ${String(nth)}`, owner: ana, account: account.id };
      const { id } = await domain.run<AnyRow>('createActivity', asked);
      const as = domain.actor({ id: ana, userId: ana });
      await domain.run('delegateActivity', { id, to: ben }, as);
      events.length = 0;
      await domain.settle();
      const heard = [...events];
      return {
        deliver: async () => {
          await failingOnes(consumeEvents(domain.runtime, heard));
          await tellListeners(domain.runtime, heard);
        },
        outcome: async () => {
          const { entries } = await readTimeline(table, tenant, account.id, { limit: 20 });
          return { entries: entries.length, notices: await countOf(domain, 'Notification', { about: { eq: id } }) };
        },
      };
    },
    allowed: [{ entries: 3, notices: 1 }],
  };
};

const callType = { key: 'CALL', name: { es: 'Llamada', en: 'Call' } };

/** Events and calls from outside -> runs of workflows. */
export const working = async (place: Place): Promise<Rig> => {
  const world = await startWorkflowing(place);
  const { domain } = world;
  const hello = { operation: 'createContact', input: { firstName: '{record.name}', account: { $: 'record.id' } } };
  await world.publish({
    name: 'Greets',
    of: 'Account',
    trigger: { kind: 'EVENT', on: 'account.created' },
    steps: [
      { key: 'MAKE', kind: 'operation', input: hello },
      { key: 'NAME', kind: 'setField', input: { values: { name: '{record.name}!' } } },
    ],
  });
  return {
    domain,
    occasion: async (nth) => {
      const account = await domain.run<AnyRow>('createAccount', { name: `Cliente ${String(nth)}` }, world.boss);
      const detail = (await domain.settle()).find(({ type }) => type === 'account.created');
      return {
        deliver: () => runWorkflows(domain.runtime, { detail } as never),
        goOn: () => world.work(),
        outcome: async () => {
          const [named] = (await domain.reader().records([account.id])).values();
          return {
            runs: (await world.runsOf(account.id)).map(({ status }) => status),
            contacts: await countOf(domain, 'Contact', { account: { eq: account.id } }),
            isNamed: named?.['name'] === `Cliente ${String(nth)}!`,
          };
        },
      };
    },
    allowed: [{ runs: ['COMPLETED'], contacts: 1, isNamed: true }],
  };
};

type Given = { readonly name: string };

const makeThree = job<Given>('makeThreeAccounts', {
  describes: 'Makes three accounts in two pieces, and a fourth in the end, for tests.',
  needs: 'account.create',
  chunk: async ({ name }, cursor, context) => {
    const keys = cursor === undefined ? ['1', '2'] : ['3'];
    const made = await context.together(
      keys.map((key) => ({
        key,
        run: (unit) => unit.run(createAccount, { values: { name: `${name} ${key}` } }),
      })),
    );
    const results = made.map(({ status, record = '' }, row) => ({ row: row + 1, status, record }));
    return { results, ...(cursor === undefined && { next: '3' }) };
  },
  finish: async ({ name }, context) => {
    await context.run(createAccount, { values: { name: `${name} 4` } });
    return { name };
  },
});
const startMaking = mutation('startMaking', {
  describes: 'Starts it.',
  needs: 'account.create',
  input: {},
  returns: Job,
  run: (_none, context) => Promise.resolve(startJob(context, makeThree, { name: context.ids.next('cli') })),
});

/** The queue of jobs -> chunks, until the job ends. */
export const jobbing = ({ table, tenant }: Place): Rig => {
  const making = module('platform/making-for-tests', { operations: [startMaking], jobs: [makeThree] });
  const domain = startDomain({ modules: [...everything, making], table, tenant });
  return {
    domain,
    occasion: async () => {
      const { id } = await domain.run<AnyRow>('startMaking', {});
      const asked = nextJobMessage(domain);
      if (!asked) throw new Error('No job was asked for.');
      let turn = 0;
      const jobOf = () => domain.reader().trusted(Job).get(id);
      return {
        deliver: () => {
          const delivery = { message: 'm', turn: (turn += 1), isLastTry: false, hasTime: () => true };
          return runJob(domain.runtime, { ...asked, ...delivery });
        },
        outcome: async () => {
          const { status, done, counts, input } = await jobOf();
          const made = await countOf(domain, 'Account', { name: { startsWith: (input as Given).name } });
          return { status, done, created: counts.created, made };
        },
      };
    },
    allowed: [{ status: 'COMPLETED', done: 3, created: 3, made: 4 }],
  };
};

/** A minute that has come, and the hourly sweep of those that were missed -> timers. */
export const firing =
  (isSwept: boolean) =>
  async (place: Place): Promise<Rig> => {
    const world = await startWorkflowing(place);
    const { domain } = world;
    return {
      domain,
      occasion: async (nth) => {
        const name = `Turno ${String(nth)}`;
        const at = new Date(domain.clock.now().getTime() + 60_000).toISOString();
        const steps = [{ key: 'MAKE', kind: 'operation', input: { operation: 'createAccount', input: { name } } }];
        await world.publish({ name, trigger: { kind: 'SCHEDULE', at }, steps });
        await world.work();
        domain.clock.advance(60_000);
        return {
          deliver: () => (isSwept ? sweepMinutes(domain.runtime, 75) : fireMinute(domain.runtime, at.slice(0, 16))),
          // What was not announced, the timer announces again after ten minutes.
          goOn: () => world.advanceTo(new Date(domain.clock.now().getTime() + 11 * 60_000).toISOString()),
          outcome: async () => ({ made: await countOf(domain, 'Account', { name: { eq: name } }) }),
        };
      },
      allowed: [{ made: 1 }],
    };
  };
