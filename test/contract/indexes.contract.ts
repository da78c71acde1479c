// Queries on the secondary indexes.
import { expect, it } from '@jest/globals';
import type { IndexName, Item } from '#kernel/table';
import type { Tenanted, TestTable } from '#test/support/engine';
import { withLaggingIndexes } from '#test/support/lagging-indexes';

/** What index queries answer, and that rows without index keys are not in them. */
export function indexes(fixture: Tenanted<TestTable>): void {
  const { row, put } = rowsOf(fixture);

  it.each<IndexName>(['gsi1', 'gsi2', 'gsi3', 'gsi4'])(
    '%s answers whole items in the order of its sort key',
    async (index) => {
      const at = (sort: string) => ({ [`${index}pk`]: `${fixture.tenant}#parent`, [`${index}sk`]: sort });
      const later = row('later', at('doc#2026-02'));
      const sooner = row('sooner', at('doc#2026-01'));
      await Promise.all([later, sooner, row('elsewhere', {})].map(put));
      const page = await fixture.table.query({ index, pk: `${fixture.tenant}#parent`, sort: { beginsWith: 'doc#' } });
      expect(page.items).toEqual([sooner, later]);
    },
  );

  it('answers the attributes that it is asked for, also those that it has filtered by or that have a word of DynamoDB', async () => {
    await put({ ...row('Ana', { gsi1pk: `${fixture.tenant}#p`, gsi1sk: 'x' }), size: { n: 1 }, other: 'x' });
    const filter = { text: '#f0 = :f0', names: { '#f0': 'name' }, values: { ':f0': 'Ana' } };
    const attributes = ['gsi1sk', 'name', 'size', 'absent'];
    const { items } = await fixture.table.query({ index: 'gsi1', pk: `${fixture.tenant}#p`, attributes, filter });
    expect(items).toEqual([{ gsi1sk: 'x', name: 'Ana', size: { n: 1 } }]);
  });

  it.each<IndexName>(['gsi5', 'due'])('%s answers keys only', async (index) => {
    const keys = { [`${index}pk`]: `${fixture.tenant}#0999999999`, [`${index}sk`]: 'Contact' };
    await put(row('one', keys));
    const page = await fixture.table.query({ index, pk: `${fixture.tenant}#0999999999` });
    expect(page.items).toEqual([{ pk: `${fixture.tenant}#one`, sk: 'row', ...keys }]);
  });
}

/** How index queries page, what leaves an index, and that one may lag. */
export function movingIndexes(fixture: Tenanted<TestTable>): void {
  const { row, put } = rowsOf(fixture);

  it('pages through rows with equal index keys', async () => {
    const rows = Array.from({ length: 5 }, (_, index) =>
      row(`r${String(index)}`, { gsi1pk: `${fixture.tenant}#p`, gsi1sk: 'same' }),
    );
    await fixture.table.batchWrite(rows.map((item) => ({ kind: 'put', item })));
    const names: unknown[] = [];
    let after: Readonly<Record<string, unknown>> | undefined;
    do {
      const page = await fixture.table.query({
        index: 'gsi1',
        pk: `${fixture.tenant}#p`,
        limit: 2,
        ...(after && { after }),
      });
      names.push(...page.items.map((item) => item['name']));
      after = page.next;
    } while (after);
    expect(names.toSorted()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4']);
  });

  it('loses a row that leaves the index', async () => {
    const moving = row('moving', { gsi4pk: `${fixture.tenant}#open`, gsi4sk: '1' });
    await put(moving);
    await fixture.table.write({ kind: 'update', key: moving, update: { text: 'REMOVE gsi4pk, gsi4sk' } });
    expect((await fixture.table.query({ index: 'gsi4', pk: `${fixture.tenant}#open` })).items).toEqual([]);
  });

  it('refuses a consistent read of an index', async () => {
    await expect(fixture.table.query({ index: 'gsi1', pk: `${fixture.tenant}#p`, consistent: true })).rejects.toThrow(
      /onsistent/,
    );
  });

  it('can be made to lag behind the table, as it may in AWS', async () => {
    const lagging = await withLaggingIndexes(fixture.engine, `lagging-${fixture.tenant}`);
    const table = fixture.engine.open({ exchange: lagging.exchange });
    const item = row('late', { gsi1pk: `${fixture.tenant}#p`, gsi1sk: '1' });
    const listed = async () => (await table.query({ index: 'gsi1', pk: `${fixture.tenant}#p` })).items;
    await table.transact([{ kind: 'put', item }]);
    expect(await table.get(item)).toEqual(item);
    expect(await listed()).toEqual([]);
    await lagging.catchUp();
    await table.write({ kind: 'delete', key: item });
    expect(await listed()).toEqual([item]);
    await lagging.catchUp();
    expect(await listed()).toEqual([]);
  });
}

const rowsOf = (fixture: Tenanted<TestTable>) => {
  const row = (id: string, attributes: object): Item => {
    const key = { pk: `${fixture.tenant}#${id}`, sk: 'row' };
    return { ...key, name: id, ...attributes };
  };
  return { row, put: (item: Item) => fixture.table.write({ kind: 'put', item }) };
};
