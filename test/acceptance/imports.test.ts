import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import {
  act,
  ask,
  begin,
  codesOf,
  download,
  mapped,
  rehearse,
  run,
  succeed,
  upload,
  waitForJob,
} from '#test/support/importing';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

const refusal = async (name: string, body: Uint8Array | string): Promise<readonly string[]> =>
  codesOf(cloud, 'createImport', { recordType: 'Contact', file: await upload(cloud, name, body) });

type Profile = {
  readonly encoding: string;
  readonly delimiter: string;
  readonly hasHeader: boolean;
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly kind: string; readonly suggests: string | null }[];
};
const profiled = async (recordType: string, body: Uint8Array | string): Promise<{ id: string; profile: Profile }> => {
  const file = await upload(cloud, 'tabla.csv', body);
  const done = await succeed<{ import: { id: string; profile: Profile } }>(
    cloud,
    'createImport',
    { recordType, file },
    'import { id profile { encoding delimiter hasHeader rows columns { name kind suggests } } }',
  );
  return done.import;
};
const people = async (): Promise<readonly { name: string; email: string | null; version: number }[]> =>
  (
    await ask<{ contacts: { nodes: readonly { name: string; email: string | null; version: number }[] } }>(
      cloud,
      '{ contacts(first: 100) { nodes { name email version } } }',
    )
  ).contacts.nodes;

describe('hostile tables', () => {
  it('IMP-01 old workbooks and archives that are none are named as such', async () => {
    expect(await refusal('a.csv', Buffer.from([0x50, 0x4b, 0x03, 0x04, 1, 2, 3, 4]))).toEqual(['FILE_MALFORMED']);
    expect(await refusal('a.csv', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]))).toEqual(['FILE_IS_SPREADSHEET']);
  });

  it('IMP-01 binary, empty and malformed files are refused', async () => {
    expect(await refusal('a.csv', Buffer.from([1, 0, 2, 3, 0xff, 0, 0, 7]))).toEqual(['FILE_IS_BINARY']);
    expect(await refusal('a.csv', '\n\n')).toEqual(['FILE_EMPTY']);
    expect(await refusal('a.csv', 'name,email\n')).toEqual(['FILE_EMPTY']);
    expect(await refusal('a.csv', 'name,email\n"Ana,ana@x.com\n')).toEqual(['FILE_MALFORMED']);
  });

  it('IMP-01 a million columns are refused before they are read', async () => {
    const before = Date.now();
    expect(await refusal('a.csv', `${'a,'.repeat(1_000_000)}a\n1\n`)).toEqual(['TOO_MANY_COLUMNS']);
    expect(Date.now() - before).toBeLessThan(10_000);
  });

  it('IMP-01 unknown entities, files and internal ones are refused', async () => {
    const file = await upload(cloud, 'a.csv', 'name\nAna\n');
    expect(await codesOf(cloud, 'createImport', { recordType: 'Nothing', file })).toEqual(['UNKNOWN_ENTITY']);
    expect(await codesOf(cloud, 'createImport', { recordType: 'Job', file })).toEqual(['UNKNOWN_ENTITY']);
  });

  it('IMP-01 formulas are not imported, and the error file does not run', async () => {
    const body = "first name,last name\nAna,Vera\n=cmd|' /C calc'!A0,Mora\n";
    const id = await mapped(cloud, 'Contact', 'f.csv', body);
    expect(await run(cloud, id)).toMatchObject({ status: 'COMPLETED_WITH_ERRORS', counts: { created: 1, failed: 1 } });
    const { import: row } = await ask<{ import: { errorFile: { id: string } } }>(
      cloud,
      'query($id: ID!) { import(id: $id) { errorFile { id } } }',
      { id },
    );
    const text = await download(cloud, row.errorFile.id);
    expect(text).toContain("'=cmd|");
    expect(text.split('\r\n')[0]).toBe('first name,last name,_row,_code,_field,_message');
    const corrected = text.replace("\"'=cmd|' /C calc'!A0\"", 'Luis').replace("'=cmd|' /C calc'!A0", 'Luis');
    const again = await mapped(cloud, 'Contact', 'f.errors.csv', corrected);
    expect(await run(cloud, again)).toMatchObject({ status: 'COMPLETED', counts: { created: 1 } });
  });
});

describe('importing', () => {
  it('IMP-01 reads other encodings and separators', async () => {
    const latin = Buffer.from('nombre;correo\nJos\xe9 Mu\xf1oz;jose@ejemplo.ec\n', 'latin1');
    expect((await profiled('Contact', latin)).profile).toMatchObject({ encoding: 'windows-1252', delimiter: ';' });
    const wide = Buffer.from('\uFEFFnombre\tcorreo\nJosé\tjose@ejemplo.ec\n', 'utf16le');
    expect((await profiled('Contact', wide)).profile).toMatchObject({ encoding: 'utf-16le', delimiter: '\t', rows: 1 });
  });

  it('IMP-01 suggests fields for Spanish and English headings', async () => {
    const { profile } = await profiled(
      'Contact',
      'Nombres,Apellidos,Correo electrónico,Celular\nAna,Vera,a@b.ec,0991234567\n',
    );
    expect(profile.columns.map(({ suggests }) => suggests)).toEqual(['firstName', 'lastName', 'email', 'phone']);
    expect(profile.columns.map(({ kind }) => kind)).toEqual(['TEXT', 'TEXT', 'EMAIL', 'INTEGER']);
  });

  it('IMP-01 makes, changes and leaves records by their e-mail address', async () => {
    const rules = [
      { field: 'firstName', column: 'nombre', part: 'FIRST_NAME', letters: 'TITLE' },
      { field: 'lastName', column: 'nombre', part: 'LAST_NAME', letters: 'TITLE' },
      { field: 'email', column: 'correo', letters: 'LOWER' },
      { field: 'birthday', column: 'nacimiento' },
    ];
    const plan = { matchBy: 'email', rules, saveAs: 'Personas' };
    const table =
      'nombre,correo,nacimiento\nROSA ELENA PAZ,Rosa@Paz.ec,03/02/1980\nLUIS MORA,luis@mora.ec,31/02/1980\n';
    const first = await mapped(cloud, 'Contact', 'p.csv', table, plan);
    expect(await rehearse(cloud, first)).toMatchObject({
      create: 1,
      fail: 1,
      problems: [{ row: 3, column: 'nacimiento', code: 'NOT_A_DATE' }],
    });
    expect((await people()).filter(({ email }) => email === 'rosa@paz.ec')).toEqual([]);
    expect(await run(cloud, first)).toMatchObject({ counts: { created: 1, failed: 1 } });
    await cloud.idle();
    const { importMappings } = await ask<{ importMappings: { nodes: readonly { id: string }[] } }>(
      cloud,
      '{ importMappings { nodes { id } } }',
    );
    const again = { mapping: importMappings.nodes[0]?.id };
    const corrected = table.replace('31/02', '28/02').replace('1980\nLUIS', '1981\nLUIS');
    expect(await run(cloud, await mapped(cloud, 'Contact', 'p.csv', corrected, again))).toMatchObject({
      counts: { created: 1, updated: 1 },
    });
    await cloud.idle();
    expect(await run(cloud, await mapped(cloud, 'Contact', 'p.csv', corrected, again))).toMatchObject({
      counts: { created: 0, updated: 0, unchanged: 2 },
    });
    expect((await people()).find(({ email }) => email === 'rosa@paz.ec')).toMatchObject({
      name: 'Rosa Elena Paz',
      version: 2,
    });
  }, 60_000);

  it('IMP-01 tells rows of one file apart that are about the same record', async () => {
    const plan = {
      matchBy: 'sku',
      rules: [
        { field: 'sku', column: 'sku' },
        { field: 'name', column: 'name' },
      ],
    };
    const id = await mapped(cloud, 'Product', 'd.csv', 'sku,name\nD-1,One\nd-1,One\nD-1,One\nD-1,Two\n', plan);
    expect(await rehearse(cloud, id)).toMatchObject({ create: 1, skip: 1, fail: 2 });
  });

  it('IMP-01 mappings that do not fit are refused with the reason', async () => {
    const { id } = await profiled('Product', 'code,title\nA,B\n');
    const codes = (input: object) => codesOf(cloud, 'mapImport', { id, ...input });
    const rule = { field: 'name', column: 'title' };
    expect(await codes({ rules: [{ field: 'nope', column: 'title' }] })).toEqual(['UNKNOWN_FIELD']);
    expect(await codes({ rules: [{ field: 'name', column: 'nope' }] })).toEqual(['UNKNOWN_COLUMN']);
    expect(await codes({ rules: [rule] })).toEqual(['FIELD_MISSING']);
    expect(await codes({ rules: [rule, { field: 'sku', column: 'code' }], matchBy: 'barcode' })).toEqual([
      'MATCH_MISSING',
    ]);
    expect((await act(cloud, 'runImport', { id })).userErrors[0]?.code).toBe('INVALID_STATE');
  });

  it('IMP-01 two modes: only new ones, only known ones', async () => {
    const rules = [
      { field: 'sku', column: 'sku' },
      { field: 'name', column: 'name' },
    ];
    const enter = (mode: string, body: string) =>
      mapped(cloud, 'Product', 'm.csv', body, { mode, matchBy: 'sku', rules }).then((id) => run(cloud, id));
    expect(await enter('UPDATE_ONLY', 'sku,name\nM-1,One\n')).toMatchObject({ counts: { created: 0, skipped: 1 } });
    expect(await enter('CREATE_ONLY', 'sku,name\nM-1,One\n')).toMatchObject({ counts: { created: 1 } });
    expect(await enter('CREATE_ONLY', 'sku,name\nM-1,Other\n')).toMatchObject({ counts: { updated: 0, skipped: 1 } });
    expect(await enter('UPDATE_ONLY', 'sku,name\nM-1,Other\n')).toMatchObject({ counts: { updated: 1 } });
  });

  it('IMP-01 a changed stage of an opportunity is a move, an equal one nothing', async () => {
    const rules = [
      { field: 'externalId', column: 'id' },
      { field: 'name', column: 'id' },
      { field: 'stage', column: 'stage' },
      { field: 'closedOn', column: 'closed' },
    ];
    const enter = async (stage: string) =>
      run(
        cloud,
        await mapped(cloud, 'Opportunity', 'o.csv', `id,stage,closed\nO-1,${stage},2017-03-01\n`, {
          matchBy: 'externalId',
          rules,
        }),
      );
    expect(await enter('En contacto')).toMatchObject({ counts: { created: 1 } });
    expect(await enter('ENGAGING')).toMatchObject({ counts: { unchanged: 1 } });
    expect(await enter('Won')).toMatchObject({ counts: { updated: 1 } });
    expect(await enter('Ganada')).toMatchObject({ counts: { unchanged: 1 } });
    await cloud.idle();
    const { opportunities } = await ask<{ opportunities: { nodes: readonly object[] } }>(
      cloud,
      '{ opportunities(first: 1) { nodes { stage closedOn stageHistory { stage } } } }',
    );
    expect(opportunities.nodes).toEqual([
      { stage: 'WON', closedOn: '2017-03-01', stageHistory: [{ stage: 'ENGAGING' }] },
    ]);
  }, 60_000);

  it('IMP-01 jobs of imports end the import', async () => {
    const id = await mapped(cloud, 'Product', 'e.csv', 'sku,name\nE-1,One\n', {
      rules: [
        { field: 'sku', column: 'sku' },
        { field: 'name', column: 'name' },
      ],
    });
    await waitForJob(cloud, await begin(cloud, id));
    const read = await ask<{ import: { status: string } }>(cloud, 'query($id: ID!) { import(id: $id) { status } }', {
      id,
    });
    expect(read.import.status).toBe('COMPLETED');
  });
});
