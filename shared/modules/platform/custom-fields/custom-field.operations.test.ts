import { beforeEach, describe, expect, it } from '@jest/globals';
import { failure } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { workOff } from '#test/support/jobs';
import { labels, Machine, problems, startMachines, type Machines } from '#test/support/machines';

const tenanted = withTenantTable();
let domain: Machines['domain'];
let define: Machines['define'];
let change: Machines['change'];
let make: Machines['make'];
let update: Machines['update'];
let list: Machines['list'];
let known: Machines['known'];
beforeEach(() => {
  ({ domain, define, change, make, update, list, known } = startMachines(tenanted));
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
