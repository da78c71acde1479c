import { beforeEach, describe, expect, it } from '@jest/globals';
import { DomainError, newMeter, type AnyRow, type Table, type Write } from '#kernel';
import { startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { Customer, exampleModules } from '#test/support/example';
import { runPieces, type BulkCall, type Piece } from './bulk.ts';
import { contextOf } from './unit-repository.ts';

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules: exampleModules, table: tenanted.table, tenant: tenanted.tenant });
});

const bulk = (pieces: readonly Piece[], more: Partial<BulkCall> = {}) =>
  runPieces(
    {
      runtime: domain.runtime,
      actor: domain.actor(),
      table: domain.runtime.ports.table,
      meter: newMeter(),
      operation: 'test',
      correlationId: 'cor_test',
      contextOf,
      ...more,
    },
    pieces,
  );
const making = (name: string, values: object = {}): Piece => ({
  key: name,
  run: ({ data }) => Promise.resolve(data(Customer).create({ name, ...values })),
});
const renaming = (id: string, name: string): Piece => ({
  key: `${id} ${name}`,
  reads: [id],
  run: async ({ data }) => data(Customer).update(await data(Customer).get(id), { name }),
});
const make = (name: string, values: object = {}) => domain.run<AnyRow>('createCustomer', { name, ...values });
const read = (id: string) => domain.reader().data(Customer).get(id);
const all = async () => (await domain.reader().data(Customer).list({ first: 100 })).rows;
const codeOf = (error: unknown): string => (error instanceof DomainError ? error.code : String(error));

/** The table as it is, but `first` happens once, before anything is written. */
const overtaken = (first: () => Promise<unknown>): Table => {
  const { table } = domain.runtime.ports;
  let once: (() => Promise<unknown>) | undefined = first;
  return {
    ...table,
    transact: async (writes: readonly Write[]) => {
      const meanwhile = once;
      once = undefined;
      await meanwhile?.();
      await table.transact(writes);
    },
  };
};

describe('pieces', () => {
  it('are written together, in few requests, and told in the order given', async () => {
    const known = await make('Known');
    const meter = newMeter();
    const table = domain.runtime.ports.table.metered(meter);
    const pieces = Array.from({ length: 50 }, (_, nth) => making(`New ${String(nth)}`));
    const outcomes = await bulk([...pieces, renaming(known.id, 'Renamed')], { table });
    expect(outcomes.map(({ status }) => status)).toEqual([...pieces.map(() => 'created'), 'updated']);
    expect(outcomes.at(-1)?.record).toBe(known.id);
    expect(meter.requests).toBeLessThanOrEqual(3);
    expect(await all()).toHaveLength(51);
  });

  it('fail alone: bad values, a taken unique value, a record that is not there', async () => {
    await make('First', { taxId: '17' });
    const outcomes = await bulk([
      making('A'),
      making('B', { taxId: '17' }),
      renaming('cus_00000000000000000000000000', 'C'),
      making('D', { owner: 'usr_00000000000000000000000000' }),
      { key: 'throws', run: () => Promise.reject(new Error('Own fault')) },
      making('E'),
    ]);
    expect(outcomes.map(({ status, error }) => (status === 'failed' ? codeOf(error) : status))).toEqual([
      'created',
      'NOT_UNIQUE',
      'NOT_FOUND',
      'REFERENCE_NOT_FOUND',
      'Error: Own fault',
      'created',
    ]);
    expect((await all()).map(({ name }) => name).sort()).toEqual(['A', 'E', 'First']);
  });

  it('write a unique value that two of them want once: the first has it', async () => {
    const outcomes = await bulk([making('A', { taxId: '9' }), making('B', { taxId: '9' })]);
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'failed']);
    expect(codeOf(outcomes[1]?.error)).toBe('NOT_UNIQUE');
    expect((await all()).map(({ name }) => name)).toEqual(['A']);
  });

  it('are done once under the same key, however often they run', async () => {
    const known = await make('Known');
    const pieces = [making('A', { taxId: '1' }), renaming(known.id, 'Renamed')];
    await bulk(pieces);
    const again = await bulk(pieces);
    expect(again.map(({ status }) => status)).toEqual(['created', 'updated']);
    expect(await all()).toHaveLength(2);
    expect((await read(known.id)).version).toBe(2);
  });

  it('that change nothing write nothing', async () => {
    const known = await make('Known');
    expect(await bulk([renaming(known.id, 'Known')])).toEqual([{ status: 'unchanged', record: known.id }]);
    expect((await read(known.id)).version).toBe(1);
  });

  it('only say what they would do in a rehearsal', async () => {
    const known = await make('Known');
    const outcomes = await bulk([making('A'), renaming(known.id, 'Renamed')], { rehearsal: true });
    expect(outcomes.map(({ status }) => status)).toEqual(['created', 'updated']);
    expect(await all()).toHaveLength(1);
  });

  it('that touch one record follow each other: none is lost', async () => {
    const known = await make('Known');
    const labelling = (label: string): Piece => ({
      key: label,
      run: async ({ data }) => {
        const row = await data(Customer).get(known.id);
        return data(Customer).update(row, { labels: [...row.labels, label] });
      },
    });
    const outcomes = await bulk([labelling('a'), labelling('b'), labelling('c')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['updated', 'updated', 'updated']);
    expect((await read(known.id)).labels.toSorted()).toEqual(['a', 'b', 'c']);
  });

  it('that somebody overtakes are run again over what was written meanwhile', async () => {
    const [one, other] = [await make('One'), await make('Other')];
    const meanwhile = () => domain.run('updateCustomer', { id: one.id, version: 1, code: 'new' });
    const outcomes = await bulk([renaming(one.id, 'Uno'), renaming(other.id, 'Otro')], {
      table: overtaken(meanwhile),
    });
    expect(outcomes.map(({ status }) => status)).toEqual(['updated', 'updated']);
    expect(await read(one.id)).toMatchObject({ name: 'Uno', code: 'new', version: 3 });
    expect(await read(other.id)).toMatchObject({ name: 'Otro', version: 2 });
  });

  it('have their effects after they are written, and none when they fail', async () => {
    const told: string[] = [];
    const telling = (piece: Piece): Piece => ({
      ...piece,
      run: (context) => {
        context.afterCommit(() => Promise.resolve(void told.push(piece.key)));
        return piece.run(context);
      },
    });
    await bulk([telling(making('A')), telling(renaming('cus_00000000000000000000000000', 'B'))]);
    expect(told).toEqual(['A']);
  });
});
