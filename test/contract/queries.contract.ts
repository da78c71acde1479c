// Queries on the table itself.
import { beforeEach, expect, it } from '@jest/globals';
import type { QuerySpec } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';

/** Ranges, order, paging, filters. */
export function queries(fixture: Tenanted<TestTable>): void {
  const pk = () => `${fixture.tenant}#log`;
  const query = (spec: Omit<QuerySpec, 'pk'> = {}) => fixture.table.query({ pk: pk(), ...spec });
  const sortKeys = async (spec: Omit<QuerySpec, 'pk'> = {}) => (await query(spec)).items.map(({ sk }) => sk);

  beforeEach(async () => {
    const rows = ['a#1', 'a#2', 'b#1', 'b#2', 'b#3', 'c#1'].map((sk, index) => ({
      pk: pk(),
      sk,
      n: index,
      even: index % 2 === 0,
    }));
    await fixture.table.batchWrite(rows.map((item) => ({ kind: 'put', item })));
  });

  it('answers a partition in order, either way, consistent or not', async () => {
    expect(await sortKeys({ consistent: true })).toEqual(['a#1', 'a#2', 'b#1', 'b#2', 'b#3', 'c#1']);
    expect(await sortKeys({ descending: true })).toEqual(['c#1', 'b#3', 'b#2', 'b#1', 'a#2', 'a#1']);
    expect((await fixture.table.query({ pk: `${pk()}-other` })).items).toEqual([]);
  });

  it.each<[string, NonNullable<QuerySpec['sort']>, readonly string[]]>([
    ['a prefix', { beginsWith: 'b#' }, ['b#1', 'b#2', 'b#3']],
    ['from, inclusive', { from: 'b#2' }, ['b#2', 'b#3', 'c#1']],
    ['to, inclusive', { to: 'a#2' }, ['a#1', 'a#2']],
    ['from and to', { from: 'a#2', to: 'b#1' }, ['a#2', 'b#1']],
    ['no bound', {}, ['a#1', 'a#2', 'b#1', 'b#2', 'b#3', 'c#1']],
  ])('bounds the sort key by %s', async (_, sort, expected) => {
    expect(await sortKeys({ sort })).toEqual(expected);
  });

  it('pages without loss or repetition, and ends', async () => {
    const seen: string[] = [];
    let page = await query({ limit: 4, descending: true });
    expect(page.scanned).toBe(4);
    for (;;) {
      seen.push(...page.items.map(({ sk }) => sk));
      if (!page.next) break;
      page = await query({ limit: 4, descending: true, after: page.next });
    }
    expect(seen).toEqual(['c#1', 'b#3', 'b#2', 'b#1', 'a#2', 'a#1']);
  });

  it('filters after it counted', async () => {
    const filter = { text: '#even = :even AND n > :n', names: { '#even': 'even' }, values: { ':even': true, ':n': 0 } };
    const page = await query({ filter, limit: 4 });
    expect(page.items.map(({ sk }) => sk)).toEqual(['b#1']);
    expect(page.scanned).toBe(4);
    expect(page.next).toEqual({ pk: pk(), sk: 'b#2' });
  });

  it('goes on after a position that is no longer there', async () => {
    await fixture.table.write({ kind: 'delete', key: { pk: pk(), sk: 'b#1' } });
    expect(await sortKeys({ after: { pk: pk(), sk: 'b#1' } })).toEqual(['b#2', 'b#3', 'c#1']);
  });
}
