import { describe, expect, it } from '@jest/globals';
import { decimal, DomainError, module, mutation, text } from '#kernel';
import { failure, startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { giveBackQuota, quotas, useQuota } from './index.ts';

const tenanted = withTenantTable();
const input = { key: text({ describes: 'What.' }), quantity: decimal({ describes: 'How many.' }) };
const takeOne = mutation('takeQuota', {
  describes: 'Takes of three.',
  needs: 'quota.take',
  input,
  returns: {},
  run: async ({ key, quantity }, context) => {
    if (!(await useQuota(context, key, quantity, '3'))) throw new DomainError('CONFLICT_OF_QUOTA', 'Gone.');
    return {};
  },
});
const giveBack = mutation('giveQuota', {
  describes: 'Gives back.',
  needs: 'quota.take',
  input,
  returns: {},
  run: async ({ key, quantity }, context) => {
    await giveBackQuota(context, key, quantity);
    return {};
  },
});
const modules = [quotas, module('platform/takers', { operations: [takeOne, giveBack] })];

describe('a quota', () => {
  it('is never exceeded by those who take at once, and what is given back can be taken again', async () => {
    const domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
    const take = (quantity = '1') => failure(domain.run('takeQuota', { key: 'a', quantity }));
    const taken = await Promise.all(Array.from({ length: 8 }, () => take()));
    expect(taken.sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'CONFLICT_OF_QUOTA'),
      ...Array.from({ length: 3 }, () => 'nothing failed'),
    ]);
    await domain.run('giveQuota', { key: 'a', quantity: '0.5' });
    expect([await take(), await take('0.5'), await take('0.1')]).toEqual([
      'CONFLICT_OF_QUOTA',
      'nothing failed',
      'CONFLICT_OF_QUOTA',
    ]);
    await domain.run('giveQuota', { key: 'never counted', quantity: '1' });
    expect(await failure(domain.run('takeQuota', { key: 'other', quantity: '3' }))).toBe('nothing failed');
  });
});
