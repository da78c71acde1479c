// Runs of workflows that call outside, where what is called answers as a test says; and steps of which they are made.
import { beforeEach } from '@jest/globals';
import type { AnyRow, WebRequest } from '#kernel';
import type { RunRow, WorkflowRow } from '#modules/platform/workflows';
import type { DomainOptions } from './domain.ts';
import { withTenantTable } from './engine.ts';
import { startWorkflowing, type Workflowing } from './workflows.ts';

type Call = { readonly url: string; readonly request: WebRequest };
type Started = { readonly id: string };

/** What tests of runs work with, started anew before each test. */
export type Runs = {
  readonly world: Workflowing;
  /** What was called outside. */
  readonly calls: readonly Call[];
  /** What is answered outside, in turn: statuses, or no answer at all. Then all is well. */
  answers: (number | Error)[];
  account(name: string, more?: object): Promise<AnyRow>;
  make(steps: readonly object[], more?: object): Promise<WorkflowRow>;
  start(workflow: Started, record: AnyRow, input?: object): Promise<RunRow>;
  /** Starts a run, and answers it as it is when nothing is left to do. */
  begun(workflow: Started, record: AnyRow, input?: object): Promise<RunRow>;
  /** The name that the account has now. */
  named(account: string): Promise<unknown>;
  later(minutes: number): Promise<void>;
};

type Actions = Omit<Runs, 'world' | 'calls' | 'answers'>;
const actionsIn = (world: () => Workflowing): Actions => {
  let count = 0;
  const actions: Actions = {
    account: (name, more = {}) => world().domain.run('createAccount', { name, ...more }, world().boss),
    make: (steps, more = {}) =>
      world().publish({ name: `F${String((count += 1))}`, of: 'Account', trigger: { kind: 'MANUAL' }, steps, ...more }),
    start: (workflow, record, input = {}) =>
      world().domain.run('startWorkflow', { workflow: workflow.id, record: record.id, input }, world().boss),
    begun: async (workflow, record, input = {}) => {
      const { id } = await actions.start(workflow, record, input);
      await world().work();
      return world().run(id);
    },
    named: async (id) =>
      (await world().domain.reader().trusted(world().domain.registry.entity('Account')).find(id))?.['name'],
    later: (minutes) =>
      world().advanceTo(new Date(world().domain.clock.now().getTime() + minutes * 60_000).toISOString()),
  };
  return actions;
};

/** In a file of tests: a world of workflows for each of them. */
export const withRuns = (how: Pick<DomainOptions, 'through'> = {}): Runs => {
  const tenanted = withTenantTable();
  let world: Workflowing;
  let calls: Call[];
  const web = {
    fetch: (url: string, request: WebRequest = {}) => {
      calls.push({ url, request });
      const answer = runs.answers.shift() ?? 200;
      return typeof answer === 'number'
        ? Promise.resolve(new Response(JSON.stringify({ ok: answer, name: 'Llamado' }), { status: answer }))
        : Promise.reject(answer);
    },
  };
  beforeEach(async () => {
    [calls, runs.answers] = [[], []];
    world = await startWorkflowing({ table: tenanted.table, tenant: tenanted.tenant, ports: { web }, ...how });
  });
  const runs: Runs = {
    get world() {
      return world;
    },
    get calls() {
      return calls;
    },
    answers: [],
    ...actionsIn(() => world),
  };
  return runs;
};

export const outcomes = (run: RunRow) => run.decisions.map(({ step, outcome }) => `${step} ${outcome}`);

export const rename = (key: string, name: string, more: object = {}) => ({
  key,
  kind: 'setField',
  input: { values: { name } },
  ...more,
});
export const create = (key: string, name: string, more: object = {}) => ({
  ...{ key, kind: 'operation', input: { operation: 'createAccount', input: { name } } },
  ...more,
});
export const http = (key: string, more: object = {}) => ({
  key,
  kind: 'http',
  input: { url: 'https://erp.test/orders', body: { id: { $: 'record.id' } } },
  ...more,
});
