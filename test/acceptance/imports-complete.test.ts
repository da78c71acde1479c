import iconv from 'iconv-lite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openClient } from '#test/support/client';
import { startTestCloud, type Caller, type TestCloud } from '#test/support/cloud';
import { act, ask, begin, mapped, readJob, rehearse, run, succeed, upload, waitForJob } from '#test/support/importing';
import { startOtherTenant } from '#test/support/other-tenant';
import { workbookOf } from '#test/support/workbooks';

let cloud: TestCloud;
let seller: Caller;
const { signIn } = openClient(() => cloud);
beforeAll(async () => {
  cloud = await startTestCloud();
  seller = await signIn('seller');
}, 90_000);
afterAll(() => cloud.stop());

type Person = {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly jobTitle: string | null;
  readonly version: number;
};
const people = async (caller?: Caller): Promise<readonly Person[]> =>
  (
    await ask<{ contacts: { nodes: readonly Person[] } }>(
      cloud,
      '{ contacts(first: 100, orderBy: { field: NAME }) { nodes { id name email phone jobTitle version } } }',
      {},
      caller,
    )
  ).contacts.nodes;
const named = async (name: string): Promise<readonly Person[]> =>
  (await people()).filter((person) => person.name === name);

const rules = [
  { field: 'firstName', column: 'nombre' },
  { field: 'lastName', column: 'apellido' },
  { field: 'email', column: 'correo' },
  { field: 'phone', column: 'celular' },
  { field: 'jobTitle', column: 'cargo' },
];
const header = 'nombre,apellido,correo,celular,cargo';
const enter = async (body: string, plan: object) => {
  const done = await run(cloud, await mapped(cloud, 'Contact', 'p.csv', body, { rules, ...plan }));
  await cloud.idle();
  return done;
};

describe('Excel workbooks', () => {
  it('IMP-01 a workbook enters like a table: days, numbers and leading zeros as they are shown', async () => {
    const book = workbookOf([
      ['Nombres', 'Apellidos', 'Celular', 'Cumpleaños'],
      ['Íñigo', 'Ñuñez', '0991112233', { day: 29_221 }],
      ['Rosa', 'Paz', '0994445566', undefined],
    ]);
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    const file = await upload(cloud, 'base.xlsx', book, type);
    const made = await succeed<{ import: { id: string; profile: object } }>(
      cloud,
      'createImport',
      { recordType: 'Contact', file },
      'import { id profile { encoding rows columns { name suggests kind } } }',
    );
    expect(made.import.profile).toMatchObject({
      encoding: 'xlsx',
      rows: 2,
      columns: [
        { suggests: 'firstName' },
        { suggests: 'lastName' },
        { suggests: 'phone' },
        { suggests: 'birthday', kind: 'DATE' },
      ],
    });
    await succeed(cloud, 'mapImport', { id: made.import.id }, 'import { status }');
    expect(await run(cloud, made.import.id)).toMatchObject({ status: 'COMPLETED', counts: { created: 2 } });
    expect(await named('Íñigo Ñuñez')).toMatchObject([{ phone: '+593991112233' }]);
  }, 60_000);
});

describe('rows and records', () => {
  it('IMP-01 own keys find records by several fields, without regard to accents, case and signs', async () => {
    await enter(`${header}\nJosé,Peña,jose@pena.ec,0991000001,Gerente\n`, {});
    const again = `${header}\nJOSE,PENA,,+593 99 100 0001,Director\nJose,Peña,otro@pena.ec,0991999999,Otro\n`;
    expect(await enter(again, { matchKeys: ['email', 'lastName+phone'], conflicts: 'FILL_EMPTY' })).toMatchObject({
      counts: { created: 1, unchanged: 1 },
    });
    expect(await enter(again, { matchKeys: ['lastName+phone'] })).toMatchObject({
      counts: { created: 0, updated: 1, unchanged: 1 },
    });
  }, 60_000);

  it('IMP-01 where values differ the newest wins, or the record stays', async () => {
    await enter(`${header}\nEva,Luz,eva@luz.ec,0992000001,Vieja\n`, {});
    const row = (job: string, day: string) => `${header},cambiado\nEva,Luz,eva@luz.ec,,${job},${day}\n`;
    const newest = { matchKeys: ['email'], conflicts: 'NEWEST', changedColumn: 'cambiado' };
    expect(await enter(row('Antigua', '2020-01-01'), newest)).toMatchObject({ counts: { unchanged: 1 } });
    expect(await enter(row('Nueva', '2099-01-01'), newest)).toMatchObject({ counts: { updated: 1 } });
    expect(await enter(row('Otra', '2099-01-01'), { ...newest, conflicts: 'KEEP' })).toMatchObject({
      counts: { unchanged: 1 },
    });
    expect(await named('Eva Luz')).toMatchObject([{ jobTitle: 'Nueva', phone: '+593992000001' }]);
  }, 60_000);

  it('IMP-01 a row that may mean several records waits in a queue until somebody decides', async () => {
    await enter(`${header}\nTwin,One,twin@x.ec,0993000001,\nTwin,Two,twin@x.ec,0993000002,\n`, {});
    const body = `${header}\nTwin,Three,twin@x.ec,,Jefe\nNew,One,new@x.ec,,Jefe\nNew,One,new@x.ec,,Jefe\nNew,One,new@x.ec,,Otro\n`;
    const id = await mapped(cloud, 'Contact', 'p.csv', body, { rules, matchKeys: ['email'] });
    expect(await rehearse(cloud, id)).toMatchObject({
      create: 1,
      skip: 2,
      fail: 1,
      problems: [{ code: 'DUPLICATE_IN_FILE' }],
    });
    expect(await run(cloud, id)).toMatchObject({ counts: { created: 1, skipped: 2, failed: 1 } });
    await cloud.idle();
    type Review = {
      readonly id: string;
      readonly version: number;
      readonly row: number;
      readonly status: string;
      readonly candidates: readonly { readonly id: string }[];
    };
    const { import: done } = await ask<{ import: { reviews: { nodes: readonly Review[] } } }>(
      cloud,
      'query($id: ID!) { import(id: $id) { reviews { nodes { id version row status candidates { id } } } } }',
      { id },
    );
    const [review] = done.reviews.nodes;
    expect(review).toMatchObject({ row: 2, status: 'OPEN' });
    expect(review?.candidates).toHaveLength(2);
    const decision = { id: review?.id, version: review?.version, action: 'UPDATE' };
    expect((await act(cloud, 'decideImportRow', decision)).userErrors).toMatchObject([{ code: 'CANDIDATE_MISSING' }]);
    const record = review?.candidates[0]?.id;
    await succeed(cloud, 'decideImportRow', { ...decision, record }, 'importReview { status record { id } }');
    expect((await people()).find((person) => person.id === record)?.jobTitle).toBe('Jefe');
    expect((await act(cloud, 'decideImportRow', { ...decision, action: 'SKIP' })).userErrors[0]?.code).toMatch(
      /STALE_VERSION|INVALID_STATE/,
    );
  }, 60_000);

  it('IMP-01 letters that somebody misread before are offered to be put right', async () => {
    const body = iconv.decode(
      Buffer.from('nombre,apellido,correo,celular,cargo,teléfono\nJosé,Muñoz,jm@x.ec,,,\n'),
      'gbk',
    );
    const file = await upload(cloud, 'p.csv', body);
    const made = await succeed<{ import: { id: string; profile: object } }>(
      cloud,
      'createImport',
      { recordType: 'Contact', file },
      'import { id profile { repair { misread samples { was becomes } } } }',
    );
    expect(made.import.profile).toMatchObject({ repair: { misread: 'GBK' } });
    await succeed(
      cloud,
      'mapImport',
      { id: made.import.id, rules: rules.slice(0, 3), repair: 'GBK' },
      'import { status }',
    );
    await run(cloud, made.import.id);
    expect(await named('José Muñoz')).toHaveLength(1);
  }, 60_000);
});

const untilFound = async (text: string): Promise<void> => {
  for (let tries = 0; tries < 600; tries += 1) {
    const { search } = await ask<{ search: { hits: object[] } }>(
      cloud,
      'query($text: String!) { search(text: $text) { hits { title } } }',
      { text },
    );
    if (search.hits.length === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  throw new Error(`${text} is not found.`);
};

describe('many rows', () => {
  it('IMP-02 enter also when the machine is killed in the middle, once each, with one event; and are taken back', async () => {
    const count = 1_100;
    const rows = Array.from({ length: count }, (_, index) => `Kill,N${String(index)},k${String(index)}@kill.ec,,\n`);
    const id = await mapped(cloud, 'Contact', 'many.csv', `${header}\n${rows.join('')}`, {
      rules,
      mode: 'CREATE_ONLY',
    });
    const job = await begin(cloud, id);
    await waitForJob(cloud, job, ({ done }) => done >= 500);
    await cloud.kill9();
    await cloud.restart();
    expect(await waitForJob(cloud, job)).toMatchObject({ status: 'COMPLETED', counts: { created: count, failed: 0 } });
    // The message of the killed worker stays leased, so that the cloud is not idle for a while: what was to follow is asked for.
    await untilFound('k1099@kill.ec');
    const { job: undo } = await succeed<{ job: { id: string } }>(cloud, 'undoJob', { id: job }, 'job { id }');
    await waitForJob(cloud, undo.id, ({ status }) => !['QUEUED', 'RUNNING'].includes(status), 240);
    expect((await readJob(cloud, undo.id)).counts).toMatchObject({ updated: count, failed: 0 });
  }, 500_000);

  it('IMP-02 imports are their tenant’s own, and not for everybody', async () => {
    const other = await startOtherTenant(cloud);
    expect((await people(other)).filter(({ name }) => name.startsWith('Kill'))).toEqual([]);
    const file = await upload(cloud, 'p.csv', 'nombre\nAna\n');
    await expect(
      succeed(cloud, 'createImport', { recordType: 'Contact', file }, 'import { id }', other),
    ).rejects.toThrow('NOT_FOUND');
    const own = await upload(cloud, 'p.csv', 'nombre\nAna\n', 'text/csv', seller);
    const made = await succeed<{ import: { id: string } }>(
      cloud,
      'createImport',
      { recordType: 'Contact', file: own },
      'import { id }',
      seller,
    );
    await expect(succeed(cloud, 'runImport', { id: made.import.id }, 'job { id }', other)).rejects.toThrow('NOT_FOUND');
  }, 60_000);
});
