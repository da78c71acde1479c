import { describe, expect, it } from '@jest/globals';
import { newMeter, type Write } from '#kernel/table';
import { startEngine, withTenantTable } from '#test/support/engine';
import { tableContract } from './table.contract.ts';

describe('the table on the embedded engine', () => {
  tableContract(startEngine);
});

// AWS bills transactions so; DynamoDB Local counts them single, which is why this is not part of the contract.
describe('the embedded engine', () => {
  const fixture = withTenantTable();

  it('counts a transaction double', async () => {
    const meter = newMeter();
    const put = (id: string): Write => ({ kind: 'put', item: { pk: `${fixture.tenant}#${id}`, sk: 'row' } });
    await fixture.table.metered(meter).transact([put('a'), put('b')]);
    expect(meter).toMatchObject({ writeUnits: 4, requests: 1 });
  });
});
