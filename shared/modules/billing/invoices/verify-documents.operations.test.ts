import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Item, Table } from '#kernel';
import { failure } from '#test/support/domain';
import { billing } from '#test/support/billing';
import { line } from '#test/support/invoice-lines';
import type { InvoiceRow } from './index.ts';

let table: Table;
const { start, run, issued, domain } = billing({ through: (own) => (table = own) });
beforeEach(start);

type Proof = { checked: number; problems: readonly { place: number; problem: string }[]; next?: number };
const prove = (more: object = {}) => run<Proof>('verifyDocuments', { series: 'invoice/001-001', ...more });
const found = async () => (await prove()).problems.map(({ place, problem }) => `${String(place)} ${problem}`);

const keyOf = ({ id }: { readonly id: string }, sk = 'row') => ({ pk: `${domain().actor().tenant}#${id}`, sk });
const itemOf = async (row: InvoiceRow, sk = 'row'): Promise<Item> => {
  const item = await table.get(keyOf(row, sk), { consistent: true });
  if (!item) throw new Error(`There is no ${sk} of ${row.id}.`);
  return item;
};
const put = (item: Item) => table.write({ kind: 'put', item });

const three = async () => [
  await issued([line('1', '10')]),
  await issued([line('1', '20')]),
  await issued([line('1', '30')]),
];

describe('the proof of issued documents', () => {
  it('finds nothing where nobody has touched them, page by page', async () => {
    const [first] = await three();
    await run('voidInvoice', { id: first?.id, version: first?.version, reason: 'Wrong' });
    expect(await prove()).toEqual({ checked: 3, problems: [] });
    expect(await prove({ first: 2 })).toEqual({ checked: 2, problems: [], next: 2 });
    expect(await prove({ first: 2, after: 2 })).toEqual({ checked: 1, problems: [] });
    expect(await prove({ series: 'invoice/009-009' })).toEqual({ checked: 0, problems: [] });
    expect(await run('documentSeries', {})).toMatchObject({ series: [{ series: 'invoice/001-001', length: 3 }] });
    expect(await failure(domain().run('verifyDocuments', { series: 'invoice/001-001' }, nobody()))).toBe('FORBIDDEN');
  });

  const nobody = () =>
    domain().actor({ rules: { entities: {}, operations: [], hiddenFields: [], readOnlyFields: [] } });

  it.each([
    ['an amount of the row', 'row', /"total":\{[^}]*\}/],
    ['the day', 'row', /"issuedOn":"[^"]*"/],
    ['a line', 'part#lines#0', /"unitPrice":[^,]*/],
  ])('finds %s that was changed', async (_what, sk, where) => {
    const [, second] = await three();
    if (!second) throw new Error('Three were issued.');
    const text = JSON.stringify(await itemOf(second, sk));
    const changed = text.replace(where, (value) =>
      value.replace(/\d(?=[^\d]*$)/, (digit) => (digit === '1' ? '2' : '1')),
    );
    expect(changed).not.toBe(text);
    await put(JSON.parse(changed) as Item);
    expect(await found()).toContain('2 CHANGED');
  });

  it('finds one that was taken out, and the place of one', async () => {
    const [, second, third] = await three();
    if (!second || !third) throw new Error('Three were issued.');
    await table.write({ kind: 'delete', key: keyOf(second) });
    expect(await found()).toEqual(['2 REMOVED']);
    await put({ ...(await itemOf(third)), status: 'DISCARDED' });
    expect(await found()).toEqual(['2 REMOVED', '3 REMOVED']);
  });

  it('finds two that stand in each other’s place, even sealed anew', async () => {
    const [, second, third] = await three();
    if (!second || !third) throw new Error('Three were issued.');
    const [a, b] = [await itemOf(second), await itemOf(third)];
    const seat = ({ number, chainIndex, hash, previousHash }: Item) => ({ number, chainIndex, hash, previousHash });
    await put({ ...a, ...seat(b) });
    await put({ ...b, ...seat(a) });
    expect(await found()).toEqual(['2 REORDERED', '3 REORDERED']);
  });
});
