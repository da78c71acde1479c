import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, mutation, module, noOwner, customFields as ownFields, text, type Actor, type AnyRow } from '#kernel';
import { DomainError } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { readModels } from '#modules/platform/read-models';
import { workOff } from '#test/support/jobs';
import { tenantModules } from '#test/support/tenant';

const Machine = entity('Machine', {
  idPrefix: 'mac',
  describes: 'Something that runs.',
  fields: {
    name: text({ describes: 'What it is called.', search: 'words' }),
    maker: text({ describes: 'Who made it.' }),
    custom: ownFields(),
  },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create', 'update', 'archive'],
  events: { started: 'It was started.' },
  timeline: ['id'],
  title: ({ name }) => name,
});
const startMachine = mutation('startMachine', {
  describes: 'Starts it.',
  needs: 'machine.start',
  input: { id: Machine.fields.name },
  returns: Machine,
  run: async ({ id }, { data }) =>
    data(Machine).update(await data(Machine).get(id), { maker: 'Started' }, { event: 'machine.started' }),
});

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  const modules = [
    ...tenantModules,
    readModels,
    module('test/machines', { entities: [Machine], operations: [startMachine] }),
  ];
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
});

const labels = { es: 'Campo', en: 'Field' };
const define = (key: string, more: object = {}, actor?: Actor) =>
  domain.run<AnyRow>('createCustomField', { recordType: 'Machine', key, kind: 'TEXT', labels, ...more }, actor);
const change = (row: AnyRow, changes: object) =>
  domain.run<AnyRow>('updateCustomField', { id: row.id, version: row.version, ...changes });
const make = (custom?: object, actor?: Actor) =>
  domain.run<AnyRow>('createMachine', { name: 'Press', maker: 'Acme', ...(custom && { custom }) }, actor);
const update = (row: AnyRow, changes: object, actor?: Actor) =>
  domain.run<AnyRow>('updateMachine', { id: row.id, version: row.version, ...changes }, actor);
const list = async (where: object, actor?: Actor) =>
  domain
    .reader(await known(actor))
    .data(Machine)
    .list({ where: where as never });
const known = async (actor: Actor = domain.actor()): Promise<Actor> => {
  const fields = await domain.runtime.customFieldsOf(actor.tenant);
  return fields ? { ...actor, customFields: fields } : actor;
};
const problems = async (work: Promise<unknown>): Promise<readonly string[]> => {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof DomainError)
      return error.problems.map(({ path = [], message }) => `${path.join('.')}: ${message}`);
    throw error;
  }
};

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

describe('lists', () => {
  it('are served by the exact value of a searchable field, and filter by the others', async () => {
    await define('serial', { searchable: true });
    await define('power', { kind: 'INTEGER' });
    for (let index = 0; index < 5; index += 1) await make({ serial: `S${String(index % 2)}`, power: index });
    await domain.settle();
    const found = await list({ custom: { serial: { eq: 'S1' } } });
    expect(found.plan).toMatchObject({ key: 'custom.serial', keysOnly: true });
    expect(found.rows).toHaveLength(2);
    const many = await list({ custom: { serial: { in: ['S0', 'S1'] }, power: { gte: 3 } } });
    expect(many.rows).toHaveLength(2);
    expect((await list({ custom: { power: { gte: 3 } } })).plan.key).toBe('all');
    expect(await failure(list({ custom: { colour: { eq: 'red' } } }))).toBe('BAD_INPUT');
  });

  it('follow a value that changes', async () => {
    await define('serial', { searchable: true });
    const row = await make({ serial: 'OLD' });
    await domain.settle();
    await update(row, { custom: { serial: 'NEW' } });
    await domain.settle();
    expect((await list({ custom: { serial: { eq: 'OLD' } } })).rows).toEqual([]);
    expect((await list({ custom: { serial: { eq: 'NEW' } } })).rows.map(({ id }) => id)).toEqual([row.id]);
  });
});

describe('a field that becomes searchable', () => {
  it('serves lists once a job has been through the older records', async () => {
    const serial = await define('serial');
    const rows = [await make({ serial: 'A1' }), await make({ serial: 'B2' })];
    await domain.settle();
    const asked = () => list({ custom: { serial: { eq: 'B2' } } });
    expect((await asked()).plan.key).toBe('all');
    expect(await change(serial, { searchable: true })).toMatchObject({ searchable: true, indexing: true });
    const meanwhile = await asked();
    expect([meanwhile.plan.key, meanwhile.rows.length]).toEqual(['all', 1]);
    await domain.settle();
    await workOff(domain);
    await domain.settle();
    const served = await asked();
    expect(served.plan.key).toBe('custom.serial');
    expect(served.rows.map(({ id }) => id)).toEqual([rows[1]?.id]);
  });
});

describe('a definition', () => {
  it('never breaks the records that there are', async () => {
    const options = [
      { key: 'LOW', labels },
      { key: 'HIGH', labels },
    ];
    const grade = await define('grade', { kind: 'CHOICE', options });
    const serial = await define('serial');
    const row = await make({ grade: 'LOW', serial: 'A1' });
    expect(await failure(change(grade, { kind: 'NUMBER', options: [] }))).toBe('KIND_WOULD_BREAK');
    expect(await failure(change(grade, { options: options.slice(1) }))).toBe('OPTION_REMOVED');
    expect(await failure(change(grade, { key: 'other' }))).toBe('DEFINITION_FIXED');
    await change(grade, {
      options: [
        { key: 'LOW', labels, retired: true },
        { key: 'HIGH', labels },
      ],
    });
    await change(serial, { retired: true });
    const kept = await update(row, { name: 'Old press', custom: { grade: 'LOW' } });
    expect(kept['custom']).toEqual({ grade: 'LOW', serial: 'A1' });
    expect(await problems(make({ grade: 'LOW' }))).toEqual(['custom.grade: LOW is no longer chosen.']);
    expect(await problems(update(kept, { custom: { serial: 'B2' } }))).toEqual([
      'custom.serial: Is no longer in use; it can only be read, or removed with null.',
    ]);
    expect((await update(kept, { custom: { serial: null } }))['custom']).toEqual({ grade: 'LOW' });
  });

  it('may grow to a kind that takes every value of before', async () => {
    const power = await define('power', { kind: 'INTEGER' });
    const { id } = await make({ power: 3 });
    await change(power, { kind: 'DECIMAL' });
    const row = await domain
      .reader(await known())
      .data(Machine)
      .get(id);
    expect(row.custom).toEqual({ power: '3' });
    expect((await list({ custom: { power: { gte: '2.5' } } })).rows).toHaveLength(1);
  });

  it.each([
    ['of a record that takes none', { recordType: 'CustomField' }, 'NOT_CUSTOMIZABLE'],
    ['called like a standard field', { key: 'maker' }, 'BAD_INPUT'],
    ['called like what all records have', { key: 'createdAt' }, 'BAD_INPUT'],
    ['called with signs', { key: 'a-b' }, 'BAD_INPUT'],
    ['without options', { kind: 'CHOICE' }, 'BAD_INPUT'],
    ['that refers to nothing', { kind: 'REFERENCE', refersTo: 'Nothing' }, 'BAD_INPUT'],
    ['with a default of another kind', { kind: 'INTEGER', default: 'much' }, 'BAD_INPUT'],
    ['with a condition on no field', { appliesTo: { colour: { eq: 'red' } } }, 'BAD_INPUT'],
    ['with limits the wrong way round', { kind: 'INTEGER', min: '5', max: '1' }, 'BAD_INPUT'],
    ['sensitive and searched', { searchable: true, sensitive: true }, 'BAD_INPUT'],
  ])('is refused: %s', async (_what, more, code) => {
    expect(await failure(define('field', more))).toBe(code);
  });

  it('is unique for its kind of record, and a tenant’s own', async () => {
    await define('serial');
    expect(await failure(define('serial'))).toBe('NOT_UNIQUE');
    const stranger = domain.actor({ tenant: 'ten_other' });
    await define('serial', { kind: 'INTEGER' }, stranger);
    expect((await make({ serial: 7 }, stranger))['custom']).toEqual({ serial: 7 });
    expect(await problems(make({ serial: 7 }))).toEqual(['custom.serial: Must be text.']);
    await define('theirs', {}, stranger);
    expect(await problems(make({ theirs: 'x' }))).toEqual(['custom.theirs: There is no such field.']);
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
