import { beforeEach, describe, expect, it } from '@jest/globals';
import { module, type Actor, type AnyRow } from '#kernel';
import { fileKey } from '#modules/platform/files';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { nextJobMessage, workOff } from '#test/support/jobs';
import { ownRules, partyModules, person, teamRules } from '#test/support/parties';
import { makePeople } from '#test/support/people';
import { runJob } from '#modules/platform/jobs';
import { Export } from './export.entity.ts';
import { sourcePoint, type ExportSource } from './index.ts';

/** A selection as another module contributes it: records that are named one by one, two a page. */
const named: ExportSource = {
  name: 'named',
  page: async (_recordType, selection, cursor, context) => {
    const ids = selection as readonly string[];
    const from = Number(cursor ?? 0);
    const rows = await context.records(ids.slice(from, from + 2));
    return { rows: [...rows.values()], ...(from + 2 < ids.length && { next: String(from + 2) }) };
  },
};
const selections = module('platform/selections-for-tests', { contributes: { [sourcePoint]: [named] } });

const tenanted = withTenantTable();
let domain: Domain;
let ana: string;
let ben: string;
beforeEach(async () => {
  domain = startDomain({
    modules: [...partyModules, selections],
    table: tenanted.table,
    tenant: tenanted.tenant,
  });
  [ana = '', ben = ''] = await makePeople(domain, ['Ana', 'Ben']);
});

const contact = (values: object, actor?: Actor) => domain.run<AnyRow>('createContact', { ...values }, actor);
const start = async (input: object, actor?: Actor, key?: string): Promise<string> => {
  const options = key === undefined ? {} : { idempotencyKey: key };
  const { export: made } = await domain.run<{ export: AnyRow }>(
    'startExport',
    { recordType: 'Contact', source: 'list', format: 'CSV', ...input },
    actor,
    options,
  );
  return made.id;
};
const written = async (id: string): Promise<readonly string[]> => {
  await domain.settle();
  await workOff(domain);
  const { file } = await domain.reader().data(Export).get(id);
  const body = await domain.runtime.ports.files.get(fileKey(tenanted.tenant, file ?? ''));
  return Buffer.from(body ?? [])
    .toString()
    .replace('\uFEFF', '')
    .trimEnd()
    .split('\r\n');
};
const table = async (input: object, actor?: Actor) => written(await start(input, actor));

describe('the columns of an export', () => {
  const labels = { es: 'Campo', en: 'Field' };
  const define = (key: string, more: object = {}) =>
    domain.run('createCustomField', { recordType: 'Contact', key, kind: 'TEXT', labels, ...more });

  it('are the fields that one sees, those of the tenant one each; hidden and sensitive ones never leave', async () => {
    await define('seats');
    await define('salary');
    await define('illness', { sensitive: true });
    const custom = { seats: 'forty', salary: 'a lot', illness: 'flu' };
    await contact({ firstName: 'Eva', description: 'Secret', custom });
    await domain.settle();
    const rules = { ...domain.actor().rules, hiddenFields: ['Contact.description', 'Contact.custom.salary'] };
    const [head = '', row = ''] = await table({}, domain.actor({ rules }));
    expect(head.split(',')).toEqual(expect.arrayContaining(['name', 'custom.seats']));
    expect(head).not.toMatch(/description|salary|illness|(^|,)custom(,|$)/);
    expect(row).toContain('forty');
    expect(row).not.toMatch(/Secret|a lot|flu/);
    for (const hidden of ['description', 'custom.salary', 'custom.illness'])
      expect(await failure(start({ columns: [hidden] }, domain.actor({ rules })))).toBe('UNKNOWN_FIELD');
    expect(await table({ columns: ['name', 'custom.salary'] })).toEqual(['name,custom.salary', 'Eva,a lot']);
  });

  it('hide also what became hidden between the asking and the writing', async () => {
    await contact({ firstName: 'Eva', description: 'Secret' });
    await domain.settle();
    const id = await start({ columns: ['name', 'description'] });
    await domain.settle();
    const { job = '' } = await domain.reader().data(Export).get(id);
    const key = { pk: `${tenanted.tenant}#${job}`, sk: 'row' };
    const item = await tenanted.table.get(key);
    const rights = item?.['rights'] as { readonly rules: object };
    const hiding = { ...rights, rules: { ...rights.rules, hiddenFields: ['Contact.description'] } };
    await tenanted.table.write({ kind: 'put', item: { ...item, ...key, rights: hiding } });
    await workOff(domain);
    expect(await domain.reader().data(Export).get(id)).toMatchObject({ status: 'FAILED' });
    expect(JSON.stringify(await domain.runtime.ports.files.list(`${tenanted.tenant}/files/`))).toBe('[]');
  });

  it('have no cell that a spreadsheet would run', async () => {
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\tx'];
    for (const firstName of formulas) await contact({ firstName: `${firstName}x`, lastName: 'Y' });
    await domain.settle();
    const [, ...rows] = await table({ columns: ['firstName'] });
    expect(rows).toHaveLength(formulas.length);
    expect(rows.filter((row) => /^"?[=+\-@\t]/.test(row))).toEqual([]);
  });
});

describe('the records of an export', () => {
  it('are those that one may read: own ones, those of the team, none of another tenant', async () => {
    await contact({ firstName: 'Of Ana' }, person(domain, ana));
    await contact({ firstName: 'Of Ben' }, person(domain, ben));
    await domain.settle();
    const columns = ['name'];
    expect(await table({ columns }, person(domain, ana))).toEqual(['name', 'Of Ana']);
    const leader = person(domain, ana, { rules: teamRules, teams: ['tea_1'], teamMembers: [ana, ben] });
    expect([...(await table({ columns }, leader))].sort()).toEqual(['Of Ana', 'Of Ben', 'name']);
    const stranger = domain.actor({ tenant: 'elsewhere' });
    const theirs = await start({ columns }, stranger);
    await domain.settle();
    await workOff(domain);
    expect(await domain.reader(stranger).data(Export).get(theirs)).toMatchObject({ status: 'READY', rows: 0 });
    expect(await failure(domain.run('linkExport', { id: theirs }))).toBe('NOT_FOUND');
    const none = { ...ownRules, entities: { ...ownRules.entities, Contact: { read: 'none' } } } as const;
    expect(await failure(start({ columns }, person(domain, ana, { rules: none })))).toBe('FORBIDDEN');
  });

  it('are one’s own export to fetch, and nobody else’s', async () => {
    const id = await start({}, person(domain, ana));
    await written(id);
    expect(await domain.run('linkExport', { id }, person(domain, ana))).toMatchObject({ export: { downloads: 1 } });
    expect(await failure(domain.run('linkExport', { id }, person(domain, ben)))).toBe('NOT_FOUND');
  });

  it('may be selected as another module knows how', async () => {
    const rows = await Promise.all(['A', 'B', 'C', 'D', 'E'].map((firstName) => contact({ firstName })));
    await domain.settle();
    const selection = rows.slice(0, 3).map(({ id }) => id);
    expect(await table({ source: 'named', selection, columns: ['name'] })).toEqual(['name', 'A', 'B', 'C']);
    expect(await failure(start({ source: 'nobody' }))).toBe('UNKNOWN_SOURCE');
    expect(await failure(start({ selection: { where: { nope: { eq: 1 } } } }))).toBe('BAD_INPUT');
    expect(await failure(start({ recordType: 'Nothing' }))).toBe('UNKNOWN_ENTITY');
  });
});

describe('an export', () => {
  it('asked for twice under one key is one', async () => {
    await contact({ firstName: 'Eva' });
    const first = await start({}, undefined, 'once');
    expect(await start({}, undefined, 'once')).toBe(first);
    await written(first);
    expect((await domain.reader().data(Export).list({ first: 10 })).rows).toHaveLength(1);
  });

  it('goes on where a worker died, with every record once', async () => {
    await Promise.all(Array.from({ length: 7 }, (_, index) => contact({ firstName: `P${String(index)}` })));
    await domain.settle();
    const id = await start({ columns: ['name'] });
    await domain.settle();
    const message = nextJobMessage(domain);
    if (!message) throw new Error('No message.');
    const { ports } = domain.runtime;
    const deliver = (turn: number, put: typeof ports.files.put) =>
      runJob(
        { ...domain.runtime, ports: { ...ports, files: { ...ports.files, put } } },
        { ...message, message: 'one', turn, isLastTry: false, hasTime: () => true },
      );
    const dies = () => Promise.reject(new Error('killed'));
    const diesAtTheEnd: typeof ports.files.put = (key, body, type) =>
      type === 'text/csv' ? dies() : ports.files.put(key, body, type);
    await expect(deliver(1, dies)).rejects.toThrow('killed');
    await expect(deliver(2, diesAtTheEnd)).rejects.toThrow('killed');
    await deliver(3, ports.files.put);
    const lines = await written(id);
    expect([...lines].sort()).toEqual(['P0', 'P1', 'P2', 'P3', 'P4', 'P5', 'P6', 'name']);
    expect(await ports.files.list(`${tenanted.tenant}/exports/`)).toEqual([]);
    expect(await domain.reader().data(Export).get(id)).toMatchObject({ status: 'READY', rows: 7, downloads: 0 });
  });

  it('leaves its trace when its table is gone', async () => {
    const id = await start({});
    await written(id);
    domain.clock.set('2026-11-23T14:59:00.000Z');
    await domain.advanceTo('2026-11-23T15:05:00.000Z');
    await domain.settle();
    expect(await domain.reader().data(Export).get(id)).toMatchObject({ status: 'EXPIRED', rows: 0 });
    expect(await domain.runtime.ports.files.list(`${tenanted.tenant}/files/`)).toEqual([]);
    expect(await failure(domain.run('linkExport', { id }))).toBe('EXPORT_EXPIRED');
  });
});
