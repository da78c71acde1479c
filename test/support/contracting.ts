// A domain with a customer, a service and the shortest way to a contract: for tests of contracts.
import { toDecimal } from '#kernel';
import { Contract, ContractPeriod, type ContractRow } from '#modules/sales/contracts';
import { startDomain, type Domain, type DomainOptions } from './domain.ts';
import { partyModules } from './parties.ts';

/** What tests of contracts work with. */
export type Contracting = {
  readonly domain: Domain;
  readonly account: string;
  /** The service that contracts are about: 100 a period. */
  readonly care: string;
  run<Result = ContractRow>(operation: string, input: Readonly<Record<string, unknown>>): Promise<Result>;
  draft(more?: object): Promise<ContractRow>;
  /** One that runs, signed on paper. */
  activated(more?: object): Promise<ContractRow>;
  now(id: string): Promise<ContractRow>;
  /** Its periods, a line each: first and last day, the day on which it is billed, and what it comes to without taxes. */
  billed(id: string): Promise<readonly string[]>;
  /** Lets everything happen up to a moment. */
  on(moment: string): Promise<void>;
};

/** Starts a domain of one customer. */
export const startContracting = async (options: Pick<DomainOptions, 'table' | 'tenant'>): Promise<Contracting> => {
  const domain = startDomain({ modules: partyModules, ...options });
  const run: Contracting['run'] = (operation, input) => domain.run(operation, input, domain.actor());
  const account = (await run<{ id: string }>('createAccount', { name: 'Customer' })).id;
  const product = { sku: 'CARE', name: 'Care', kind: 'SERVICE', listPrice: { amount: '100', currency: 'USD' } };
  const care = (await run<{ id: string }>('createProduct', product)).id;
  await run('createActivityType', { name: { es: 'Tarea', en: 'Task' }, key: 'TASK' });
  const draft: Contracting['draft'] = (more = {}) =>
    run('createContract', {
      ...{ account, subject: 'Care', startsOn: '2026-12-01', lines: [{ product: care, quantity: '1' }] },
      ...more,
    });
  return {
    ...{ domain, account, care, run, draft },
    activated: async (more) => {
      const { id, version } = await draft(more);
      return run('activateContract', { id, version, by: 'Ana Vera' });
    },
    now: (id) => domain.reader().data(Contract).get(id),
    billed: async (id) => {
      const { rows } = await domain.reader().data(ContractPeriod).page('byContract', { of: id, first: 50 });
      return rows.map(({ from, to, billOn, totals }) => `${from} ${to} ${billOn} ${toDecimal(totals.base)}`);
    },
    on: async (moment) => {
      await domain.advanceTo(moment);
      await domain.settle();
    },
  };
};
