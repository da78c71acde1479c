// What the domain relies on of the table, whatever engine is behind it. Each engine's test file runs this suite.
import { describe } from '@jest/globals';
import { withTenants, type TestTable } from '#test/support/engine';
import { batches, unfinishedBatches } from './batches.contract.ts';
import { faults, lostAnswers } from './faults.contract.ts';
import { indexes, movingIndexes } from './indexes.contract.ts';
import { changes, items } from './items.contract.ts';
import { metering } from './metering.contract.ts';
import { queries } from './queries.contract.ts';
import { settings } from './settings.contract.ts';
import { sizes } from './sizes.contract.ts';
import { transactions } from './transactions.contract.ts';
import { values } from './values.contract.ts';

/** Registers the whole contract for one engine. */
export function tableContract(start: () => Promise<TestTable>): void {
  const fixture = withTenants(start);
  const reading = { queries, indexes, movingIndexes };
  const writing = { items, changes, values, sizes, transactions, batches, unfinishedBatches };
  const parts = { ...writing, ...reading, faults, lostAnswers, metering, settings };
  for (const [name, part] of Object.entries(parts)) {
    describe(name, () => {
      part(fixture);
    });
  }
}
