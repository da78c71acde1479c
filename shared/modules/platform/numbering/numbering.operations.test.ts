import { describe, expect, it } from '@jest/globals';
import { entity, module, mutation, noOwner, text, TransactionCancelled, type AnyRow, type Table } from '#kernel';
import { startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { numbering, takeDocumentNumber } from './index.ts';

const Receipt = entity('Receipt', {
  idPrefix: 'rec',
  describes: 'A numbered paper, for the test.',
  fields: { number: text({ describes: 'Its number.' }) },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'number' } },
  title: (row) => row.number,
});
const issueReceipt = mutation('issueReceipt', {
  describes: 'Issues a receipt with the next number.',
  needs: 'receipt.issue',
  input: { kind: text({ describes: 'Its series.' }) },
  returns: Receipt,
  run: async ({ kind }, context) => context.data(Receipt).create({ number: await takeDocumentNumber(context, kind) }),
});
const modules = [numbering, module('platform/receipts', { entities: [Receipt], operations: [issueReceipt] })];
const tenanted = withTenantTable();

/** A table whose transactions lose a race every so often, as they do on AWS under load. */
const contended = (table: Table): Table => {
  let count = 0;
  const over = (inner: Table): Table => ({
    ...inner,
    transact: (writes) => {
      count += 1;
      if (count % 7 === 0) return Promise.reject(new TransactionCancelled(writes.map(() => ({ code: 'CONFLICT' }))));
      return inner.transact(writes);
    },
    metered: (meter) => over(inner.metered(meter)),
  });
  return over(table);
};

const issue = (domain: ReturnType<typeof startDomain>, kind: string) => domain.run<AnyRow>('issueReceipt', { kind });

describe('document numbers', () => {
  it('run from 1 to N without gap or double under 50 callers and lost races', async () => {
    const domain = startDomain({ modules, table: contended(tenanted.table), tenant: tenanted.tenant });
    const issued = await Promise.all(Array.from({ length: 50 }, () => issue(domain, 'receipt')));
    const numbers = issued.map((row) => Number(row['number'])).sort((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('look as the series says, and begin anew each year where it says so', async () => {
    const domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
    await domain.run('createNumberSeries', { kind: 'invoice', prefix: 'FAC', digits: 4, yearly: true });
    const numberOf = async () => (await issue(domain, 'invoice'))['number'];
    expect([await numberOf(), await numberOf()]).toEqual(['FAC-2026-0001', 'FAC-2026-0002']);
    domain.clock.set('2027-01-02T15:00:00.000Z');
    expect(await numberOf()).toBe('FAC-2027-0001');
  });

  it('is the same again for the same idempotency key', async () => {
    const domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
    const key = { idempotencyKey: 'once' };
    const first = await domain.run<AnyRow>('issueReceipt', { kind: 'x' }, undefined, key);
    expect(await domain.run<AnyRow>('issueReceipt', { kind: 'x' }, undefined, key)).toMatchObject({ id: first.id });
    expect((await issue(domain, 'x'))['number']).toBe('00002');
  });
});
