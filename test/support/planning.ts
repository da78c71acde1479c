// Sequences anew for each test of a file, in words that stay the same from test to test.
import { beforeEach } from '@jest/globals';
import type { Domain } from './domain.ts';
import { withTenantTable } from './engine.ts';
import { startPlans, type Plans } from './plans.ts';

/** The plans of the present test. Its words may be taken out once for the whole file; its values are asked for in each test. */
export type Planning = Plans & Pick<Domain, 'run' | 'settle'> & { readonly tenant: string };

type Values = 'domain' | 'call' | 'ana' | 'ben' | 'account' | 'tenant';

/** Starts plans before each test of the file. */
export const withPlans = (): Planning => {
  const tenanted = withTenantTable();
  let plans: Plans;
  beforeEach(async () => {
    plans = await startPlans(tenanted.table, tenanted.tenant);
  });
  const words = wordsOf(() => plans);
  return {
    ...words,
    get domain() {
      return plans.domain;
    },
    get call() {
      return plans.call;
    },
    get ana() {
      return plans.ana;
    },
    get ben() {
      return plans.ben;
    },
    get account() {
      return plans.account;
    },
    get tenant() {
      return tenanted.tenant;
    },
  };
};

const wordsOf = (present: () => Plans): Omit<Planning, Values> => ({
  run: (operation, input, actor, options) => present().domain.run(operation, input, actor, options),
  settle: () => present().domain.settle(),
  me: (id) => present().me(id),
  make: (name, more, owner) => present().make(name, more, owner),
  step: (key, more) => present().step(key, more),
  speak: (key, settings, more) => present().speak(key, settings, more),
  sequence: (steps, more) => present().sequence(steps, more),
  begin: (id, record) => present().begin(id, record),
  read: (row) => present().read(row),
  workOf: (row) => present().workOf(row),
  finish: (row, result) => present().finish(row, result),
  jump: (moment) => present().jump(moment),
  enrol: (id, records, actor, options) => present().enrol(id, records, actor, options),
});
