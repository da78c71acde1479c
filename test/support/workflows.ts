// A domain in which workflows run: what happens is heard, and what the queue carries is done, until nothing is left to do.
import type { Actor, AnyRow, DomainEvent, Module } from '#kernel';
import { forget } from '#kernel/remember';
import { modules } from '#modules';
import { runWorkflows, type RunRow, type WorkflowMessage, type WorkflowRow } from '#modules/platform/workflows';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { storeTenantOf, storingTenant, tenantIdOf } from './tenant.ts';

/** What tests of workflows work with. */
export type Workflowing = {
  readonly domain: Domain;
  /** An administrator, with whose rights workflows are published. */
  readonly boss: Actor;
  /** Makes a workflow and lets this container know of it at once. */
  publish(definition: object, actor?: Actor): Promise<WorkflowRow>;
  /** Handles everything that is on its way; answers the events. Messages that fail come again, five times. */
  work(): Promise<readonly DomainEvent[]>;
  /** Moves the clock on, fires timers, and handles what follows. */
  advanceTo(moment: string): Promise<void>;
  run(id: string): Promise<RunRow>;
  /** The runs of a record, the first one first; with their decisions. */
  runsOf(record: string): Promise<readonly RunRow[]>;
};

/** Starts a domain with a tenant and an administrator. `tenant` is the name that the test has. */
export const startWorkflowing = async (
  options: Pick<DomainOptions, 'table' | 'tenant' | 'through' | 'ports'> & {
    readonly more?: readonly Module[];
    /** What happens before a message comes again: another worker takes it. */
    readonly onRetry?: () => void;
  },
): Promise<Workflowing> => {
  const { more = [], onRetry = () => undefined, ...place } = options;
  const tenant = tenantIdOf(place.tenant);
  const domain = startDomain({ ...place, modules: [...modules, storingTenant, ...more], tenant });
  await storeTenantOf(domain);
  const person = await domain.run<AnyRow>('inviteUser', {
    name: 'Boss',
    email: 'boss@acme.test',
    roles: ['administrator'],
  });
  const boss = domain.actor({ id: person.id, userId: person.id });
  await domain.settle();
  domain.sent.length = 0;
  const work = () => workAll(domain, onRetry);
  return {
    domain,
    boss,
    work,
    publish: async (definition, actor = boss) => {
      const row = await domain.run<WorkflowRow>('createWorkflow', definition as Record<string, unknown>, actor);
      forget(domain.runtime, `workflows ${tenant}`);
      return row;
    },
    advanceTo: async (moment) => {
      await domain.advanceTo(moment);
      await work();
    },
    run: (id) => readRun(domain, id),
    runsOf: async (record) => {
      const { rows } = await domain.reader().trusted(runEntity(domain)).page('byRecord', { of: record, first: 100 });
      return Promise.all(rows.map(({ id }) => readRun(domain, id)));
    },
  };
};

const runEntity = ({ registry }: Domain) => registry.entity('WorkflowRun');

const readRun = async (domain: Domain, id: string): Promise<RunRow> =>
  (await domain.reader().trusted(runEntity(domain)).get(id)) as unknown as RunRow;

/** Tries of a message before it is given up. */
const mostTries = 5;

const workAll = async (domain: Domain, onRetry: () => void): Promise<readonly DomainEvent[]> => {
  const seen: DomainEvent[] = [];
  for (;;) {
    const events = await domain.settle();
    seen.push(...events);
    const heard = events.filter(({ type, silent }) => !type.startsWith('workflowRun.') && silent !== true);
    const queued = domain.sent.filter(({ queue }) => queue === 'workflows').map(({ message }) => message.body);
    if (events.length + queued.length === 0) return seen;
    domain.sent.splice(0, domain.sent.length, ...domain.sent.filter(({ queue }) => queue !== 'workflows'));
    for (const message of [...heard.map((detail) => ({ detail })), ...(queued as WorkflowMessage[])])
      await deliver(domain, message, onRetry);
  }
};

const deliver = async (domain: Domain, message: WorkflowMessage, onRetry: () => void): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    // Time goes on from message to message.
    domain.clock.advance(1);
    try {
      await runWorkflows(domain.runtime, message);
      return;
    } catch (error) {
      if (tries === mostTries) throw error;
      onRetry();
    }
  }
};
