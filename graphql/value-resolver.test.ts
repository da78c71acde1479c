import { describe, expect, it } from '@jest/globals';
import { entity, fullAccess, list, module, money, noOwner, object, optional, text, type AnyRow } from '#kernel';
import { startApi } from '#test/support/api';
import { withTenantTable } from '#test/support/engine';

const tenanted = withTenantTable();
const line = {
  what: text({ describes: 'What it is.' }),
  cost: { ...optional(money({ describes: 'What it costs us.' })), seenWith: 'Item.cost' },
};
const Bill = entity('Bill', {
  idPrefix: 'bil',
  describes: 'A bill, for tests.',
  fields: { lines: list(object('BillLine', line), { describes: 'Its lines.' }) },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'createdAt' } },
  defaults: ['create'],
  title: ({ id }) => id,
});
const modules = [module('test/bills', { entities: [Bill] })];
const shown = '{ bill(id: $id) { lines { what cost { amount } } } }';

describe('a field of a value that is seen with a field of an entity', () => {
  it('is shown to those who see that one, and absent for all others', async () => {
    const open = startApi({ modules, table: tenanted.table, tenant: tenanted.tenant });
    const lines = [{ what: 'Chair', cost: { amount: '70', currency: 'USD' } }];
    const { id } = await open.domain.run<AnyRow>('createBill', { lines });
    const rules = { ...fullAccess, hiddenFields: ['Item.cost'] };
    const closed = startApi({ modules, table: tenanted.table, tenant: tenanted.tenant, actor: { rules } });
    const read = async (api: typeof open) => (await api.ask(`query ($id: ID!) ${shown}`, { id })).data;
    expect(await read(open)).toEqual({ bill: { lines: [{ what: 'Chair', cost: { amount: '70.00' } }] } });
    expect(await read(closed)).toEqual({ bill: { lines: [{ what: 'Chair', cost: null }] } });
  });
});
