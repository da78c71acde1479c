import { describe, expect, it } from '@jest/globals';
import { ref, text } from '#kernel';
import type { CsvTable } from './csv.rules.ts';
import type { Plan } from './plan.rules.ts';
import { orderRows } from './table-order.operations.ts';

const name = { path: 'name', field: text({ describes: 'Its name.' }), required: true };
const parent = { path: 'parent', field: ref('Zone', { describes: 'Where it lies.' }), required: false };
const plan = {
  of: { name: 'Zone' },
  mode: 'UPSERT',
  conflicts: 'OVERWRITE',
  matchBy: 'name',
  rules: [
    { field: 'name', column: 'zona', target: name },
    { field: 'parent', column: 'en', target: parent, lookupBy: 'name' },
  ],
} as unknown as Plan;

/** How often a table was begun to be read. */
const counted = (rows: readonly (readonly string[])[]) => {
  const opened = { times: 0 };
  const table: CsvTable = {
    encoding: 'utf-8',
    delimiter: ',',
    hasHeader: true,
    columns: ['zona', 'en'],
    async *rows() {
      opened.times += 1;
      for (const row of rows) yield await Promise.resolve(row);
    },
  };
  return { table, opened };
};

const zones = [
  ['Quito', 'Sierra'],
  ['Sierra', 'Ecuador'],
  ['Ecuador', ''],
  ['Costa', 'Ecuador'],
  ['sierra', 'Ecuador'],
  ['COSTA', 'Quito'],
];

describe('the order in which rows enter', () => {
  it('lets come first what others refer to, level by level', async () => {
    const ordered = await orderRows(plan, counted(zones).table, 'EC');
    const levels: string[][] = [];
    for (let place = 0; place < ordered.count; place += levels.at(-1)?.length ?? 1)
      levels.push((await ordered.take(place, 100)).map(({ row, match }) => `${String(row)} ${match}`));
    expect(levels).toEqual([['4 Ecuador'], ['3 Sierra', '5 Costa', '6 sierra'], ['2 Quito'], ['7 COSTA']]);
  });

  it('knows rows that say again what an earlier one said, or something else of the same', async () => {
    const ordered = await orderRows(plan, counted(zones).table, 'EC');
    const repeats = (await ordered.take(1, 3)).map((row) => row.repeats);
    expect(repeats).toEqual([undefined, undefined, { row: 3, isSame: false }]);
    const same = await orderRows(
      plan,
      counted([
        ['a', ''],
        ['a', ''],
      ]).table,
      'EC',
    );
    expect((await same.take(1, 1))[0]?.repeats).toEqual({ row: 2, isSame: true });
    expect([same.has('A'), same.has('b')]).toEqual([true, false]);
  });

  it('reads on from chunk to chunk, and from the beginning only when it has to go back', async () => {
    const many = Array.from({ length: 50 }, (_, index) => [`z${String(index)}`, '']);
    const { table, opened } = counted(many);
    const ordered = await orderRows(plan, table, 'EC');
    for (let place = 0; place < 50; place += 10)
      expect((await ordered.take(place, 10)).map(({ match }) => match)).toEqual(
        many.slice(place, place + 10).map(([zone]) => zone),
      );
    expect(opened.times).toBe(2);
    expect((await ordered.take(10, 1))[0]?.match).toBe('z10');
    expect(opened.times).toBe(3);
    expect(await ordered.take(50, 10)).toEqual([]);
  });
});
