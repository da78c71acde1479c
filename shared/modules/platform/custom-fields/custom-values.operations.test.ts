import { beforeEach, describe, expect, it } from '@jest/globals';
import type { AnyRow } from '#kernel';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { labels, Machine, problems, startMachines, type Machines } from '#test/support/machines';

const tenanted = withTenantTable();
let domain: Machines['domain'];
let define: Machines['define'];
let make: Machines['make'];
let update: Machines['update'];
let list: Machines['list'];
let known: Machines['known'];
beforeEach(() => {
  ({ domain, define, make, update, list, known } = startMachines(tenanted));
});

describe('values of custom fields', () => {
  it('are checked, tidied and merged by key; null removes', async () => {
    await define('serial', { mask: 'AAA-000' });
    await define('power', { kind: 'DECIMAL', min: '0', decimals: 1 });
    await define('price', { kind: 'MONEY' });
    const row = await make({ serial: 'ABC-123', power: 12.5, price: { amount: 100, currency: 'USD' } });
    expect(row['custom']).toEqual({ serial: 'ABC-123', power: '12.5', price: { minor: 10_000, currency: 'USD' } });
    const changed = await update(row, { custom: { power: null, serial: ' XYZ-999 ' } });
    expect(changed['custom']).toEqual({ serial: 'XYZ-999', price: { minor: 10_000, currency: 'USD' } });
    expect((await update(changed, { custom: { serial: null, price: null } }))['custom']).toBeUndefined();
    expect(await problems(make({ serial: 'abc', power: '-1', colour: 'red' }))).toEqual([
      'custom.power: Must be 0 or more.',
      'custom.serial: Must have the form AAA-000.',
      'custom.colour: There is no such field.',
    ]);
  });

  it('of every kind are kept as they were given', async () => {
    const options = [
      { key: 'LOW', labels },
      { key: 'HIGH', labels },
    ];
    const kinds: Readonly<Record<string, readonly [object, unknown]>> = {
      a: [{ kind: 'LONG_TEXT' }, 'two\nlines'],
      b: [{ kind: 'NUMBER' }, 1.5],
      c: [{ kind: 'INTEGER' }, 3],
      d: [{ kind: 'BOOLEAN' }, false],
      e: [{ kind: 'DATE' }, '2026-01-31'],
      f: [{ kind: 'DATE_TIME' }, '2026-01-31T12:00:00.000Z'],
      g: [{ kind: 'CHOICE', options }, 'LOW'],
      h: [{ kind: 'MULTI_CHOICE', options }, ['LOW', 'HIGH']],
      i: [{ kind: 'PERCENT' }, '12.5'],
      j: [{ kind: 'EMAIL' }, 'ana@example.com'],
      k: [{ kind: 'PHONE' }, '+593991234567'],
      l: [{ kind: 'URL' }, 'https://example.com'],
    };
    for (const [key, [definition]] of Object.entries(kinds)) await define(key, definition);
    const custom = Object.fromEntries(Object.entries(kinds).map(([key, [, value]]) => [key, value]));
    const { id } = await make(custom);
    expect(
      (
        await domain
          .reader(await known())
          .data(Machine)
          .get(id)
      ).custom,
    ).toEqual(custom);
    const [hit] = (await list({ custom: { h: { has: 'HIGH' }, i: { gt: '10' }, b: { lt: 2 } } })).rows;
    expect(hit?.id).toBe(id);
  });

  it('refer to records that there are', async () => {
    await define('spare', { kind: 'REFERENCE', refersTo: 'Machine' });
    const { id } = await make();
    expect((await make({ spare: id }))['custom']).toEqual({ spare: id });
    expect(await problems(make({ spare: 'mac_00000000000000000000000000' }))).toEqual([
      expect.stringMatching(/^custom\.spare: There is no Machine/),
    ]);
  });

  it('are asked for where they are required: of new records and of those that people change, from a day on', async () => {
    const old = await make();
    await define('serial', { required: true, requiredFrom: '2026-11-23T00:00:00.000Z' });
    await make();
    domain.clock.set('2026-11-23T10:00:00.000Z');
    expect(await problems(make())).toEqual(['custom.serial: Must have a value.']);
    expect(await problems(update(old, { maker: 'Other' }))).toEqual(['custom.serial: Must have a value.']);
    const started = await domain.run<AnyRow>('startMachine', { id: old.id });
    expect(started['maker']).toBe('Started');
    expect((await update(started, { custom: { serial: 'A1' } }))['custom']).toEqual({ serial: 'A1' });
  });

  it('are given by default, and only to records that the definition is about', async () => {
    await define('warranty', { kind: 'INTEGER', default: 24, appliesTo: { maker: { eq: 'Acme' } } });
    expect((await make())['custom']).toEqual({ warranty: 24 });
    expect((await make({ warranty: null }))['custom']).toBeUndefined();
    expect(await domain.run('createMachine', { name: 'Saw', maker: 'Other' })).not.toHaveProperty('custom');
    const other = { name: 'Saw', maker: 'Other', custom: { warranty: 1 } };
    expect(await problems(domain.run('createMachine', other))).toEqual([
      'custom.warranty: Is not a field of this record: the condition of its definition does not hold.',
    ]);
  });
});

describe('what is told', () => {
  it('names each field that changed, and nothing of sensitive ones', async () => {
    await define('serial');
    await define('salary', { kind: 'MONEY', sensitive: true });
    const row = await make({ serial: 'A1', salary: { amount: '10', currency: 'USD' } });
    await update(row, { custom: { serial: 'B2', salary: { amount: '20', currency: 'USD' } } });
    const [created, updated] = (await domain.settle()).filter(({ record }) => record.type === 'Machine');
    expect(created?.data?.['custom']).toEqual({ serial: 'A1' });
    expect(updated?.changed).toEqual({ 'custom.serial': { from: 'A1', to: 'B2' }, 'custom.salary': {} });
  });

  it('respects what a role hides and what it may only read', async () => {
    await define('salary', { required: true });
    const row = await make({ salary: 'much' });
    const rules = domain.actor().rules;
    const blind = domain.actor({ rules: { ...rules, hiddenFields: ['Machine.custom.salary'] } });
    const reading = domain.actor({ rules: { ...rules, readOnlyFields: ['Machine.custom.salary'] } });
    expect(await failure(make({ salary: 'more' }, blind))).toBe('READ_ONLY_FIELD');
    expect(await failure(make({ salary: 'more' }, reading))).toBe('READ_ONLY_FIELD');
    expect(await problems(list({ custom: { salary: { eq: 'much' } } }, blind))).toEqual([
      expect.stringMatching(/^custom\.salary: /),
    ]);
    expect((await list({ custom: { salary: { eq: 'much' } } }, reading)).rows.map(({ id }) => id)).toEqual([row.id]);
    expect((await make(undefined, blind))['custom']).toBeUndefined();
  });
});
