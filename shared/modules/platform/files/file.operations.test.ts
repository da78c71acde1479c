import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, module, noOwner, text } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { File, fileKey, files, type FileRow } from './index.ts';

const User = entity('User', {
  idPrefix: 'usr',
  describes: 'A person.',
  fields: { name: text() },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: (row) => row.name,
});
const Note = entity('Note', {
  idPrefix: 'not',
  describes: 'Something that all see.',
  fields: { name: text() },
  owner: noOwner,
  keys: { all: { gsi: 3, sort: 'name' } },
  defaults: ['create'],
  title: (row) => row.name,
});
const modules = [module('platform/users', { entities: [User, Note] }), files];

const tenanted = withTenantTable();
let domain: Domain;
beforeEach(() => {
  domain = startDomain({ modules, table: tenanted.table, tenant: tenanted.tenant });
});

type Upload = { readonly file: FileRow; readonly uploadUrl: string; readonly headers: readonly object[] };
const content = '%PDF-1.7';
const pdf = { name: 'offer.pdf', contentType: 'application/pdf', size: content.length };
const put = (id: string, body: string) =>
  domain.runtime.ports.files.put(fileKey(tenanted.tenant, id), body, 'application/pdf');
const upload = async (given: object = {}): Promise<FileRow> => {
  const { file } = await domain.run<Upload>('startUpload', { ...pdf, ...given });
  await put(file.id, content);
  return domain.run<FileRow>('finishUpload', { id: file.id });
};
const own = {
  entities: { '*': { create: 'own', read: 'own', update: 'own', archive: 'own' } },
  operations: ['*'],
  hiddenFields: [],
  readOnlyFields: [],
} as const;
const stranger = () => domain.actor({ id: 'usr_2', rules: own });

describe('uploading a file', () => {
  it('announces it, takes its bytes by a signed URL and checks them', async () => {
    const { file, uploadUrl, headers } = await domain.run<Upload>('startUpload', pdf);
    expect(file.status).toBe('PENDING');
    expect(uploadUrl).toContain(file.id);
    expect(headers).toEqual([{ name: 'content-type', value: 'application/pdf' }]);
    expect(await failure(domain.run('finishUpload', { id: file.id }))).toBe('FILE_NOT_UPLOADED');
    expect(await failure(domain.run('fileUrl', { id: file.id }))).toBe('FILE_NOT_UPLOADED');
    await put(file.id, 'more than that');
    expect(await failure(domain.run('finishUpload', { id: file.id }))).toBe('FILE_DIFFERS');
    await put(file.id, content);
    expect(await domain.run('finishUpload', { id: file.id })).toMatchObject({ status: 'READY' });
    expect(await domain.run('fileUrl', { id: file.id })).toMatchObject({ name: 'offer.pdf' });
  });

  it('compares the hash where one is given', async () => {
    const { file } = await domain.run<Upload>('startUpload', pdf);
    await put(file.id, content);
    expect(await failure(domain.run('finishUpload', { id: file.id, sha256: '0'.repeat(64) }))).toBe('FILE_DIFFERS');
    const sha256 = '86edbaa24831badfa0a8b04bb410141e2ee4182b6d0014493fe262a7a331c20b';
    expect(await domain.run('finishUpload', { id: file.id, sha256 })).toMatchObject({ sha256 });
  });

  it.each([
    ['setup.exe', 'application/octet-stream', 'FILE_TYPE_REFUSED'],
    ['page.html', 'application/octet-stream', 'FILE_TYPE_REFUSED'],
    ['picture.png', 'text/html', 'FILE_TYPE_REFUSED'],
    ['picture.svg', 'image/svg+xml', 'FILE_TYPE_REFUSED'],
    ['picture.png', 'not a type', 'BAD_INPUT'],
  ])('refuses %s as %s', async (name, contentType, code) => {
    expect(await failure(domain.run('startUpload', { name, contentType, size: 4 }))).toBe(code);
  });

  it('refuses what is too large for its kind', async () => {
    const size = 21 * 1024 * 1024;
    const picture = { name: 'a.png', contentType: 'image/png', size };
    expect(await failure(domain.run('startUpload', picture))).toBe('FILE_TOO_LARGE');
    expect(await failure(domain.run('startUpload', { ...pdf, size }))).toBe('nothing failed');
  });

  it('keeps names without folders', async () => {
    const { file } = await domain.run<Upload>('startUpload', { ...pdf, name: '../../etc/offer.pdf' });
    expect(file.name).toBe('offer.pdf');
  });
});

describe('what a file is', () => {
  it('is told by its bytes: a picture is a picture, a program is refused, and neither is kept', async () => {
    const picture = { name: 'foto.png', contentType: 'image/png', size: content.length };
    const { file } = await domain.run<Upload>('startUpload', picture);
    await put(file.id, content);
    expect(await failure(domain.run('finishUpload', { id: file.id }))).toBe('FILE_DIFFERS');
    expect(await failure(domain.run('finishUpload', { id: file.id }))).toBe('FILE_NOT_UPLOADED');
    const program = `MZ${'\0'.repeat(98)}`;
    const hidden = { name: 'notas.txt', contentType: 'text/plain', size: program.length };
    const second = await domain.run<Upload>('startUpload', hidden);
    await put(second.file.id, program);
    expect(await failure(domain.run('finishUpload', { id: second.file.id }))).toBe('FILE_TYPE_REFUSED');
  });
});

type Versions = { readonly versions: readonly FileRow[] };
const versions = async (id: string) =>
  (await domain.run<Versions>('fileVersions', { id })).versions.map((file) => [file.id, file.edition]);

describe('versions of a file', () => {
  it('take each other’s place; lists show the current one, and none is lost', async () => {
    const note = await domain.run('createNote', { name: 'n' });
    const first = await upload({ record: note['id'] });
    const second = await upload({ replaces: first.id });
    const third = await upload({ replaces: second.id });
    expect(third).toMatchObject({ record: note['id'], edition: 3, earlier: [first.id, second.id] });
    const all = [
      [third.id, 3],
      [second.id, 2],
      [first.id, 1],
    ];
    expect(await versions(third.id)).toEqual(all);
    expect(await versions(first.id)).toEqual(all);
    const listed = await domain
      .reader()
      .data(File)
      .list({ where: { record: { eq: String(note['id']) } } });
    expect(listed.rows.map(({ id }) => id)).toEqual([third.id]);
    expect(await failure(domain.run('fileUrl', { id: first.id }))).toBe('nothing failed');
  });

  it('refuses a second version of what has been replaced already', async () => {
    const first = await upload();
    const { file: late } = await domain.run<Upload>('startUpload', { ...pdf, replaces: first.id });
    await upload({ replaces: first.id });
    await put(late.id, content);
    expect(await failure(domain.run('finishUpload', { id: late.id }))).toBe('FILE_SUPERSEDED');
    expect(await failure(domain.run('startUpload', { ...pdf, replaces: first.id }))).toBe('FILE_SUPERSEDED');
  });

  it('make an earlier one the current one again', async () => {
    const first = await upload();
    const second = await upload({ replaces: first.id });
    const back = await domain.run<FileRow>('reinstateFile', { id: first.id });
    expect(back).toMatchObject({ id: first.id, edition: 1, earlier: [second.id] });
    expect(back.archivedAt).toBeUndefined();
    expect(await versions(second.id)).toEqual([
      [first.id, 1],
      [second.id, 2],
    ]);
    expect(await failure(domain.run('reinstateFile', { id: second.id }, stranger()))).toBe('NOT_FOUND');
  });
});

describe('fetching a file', () => {
  it('is for who sees it or its record', async () => {
    const alone = await upload();
    expect(await failure(domain.run('fileUrl', { id: alone.id }, stranger()))).toBe('NOT_FOUND');
    const note = await domain.run('createNote', { name: 'seen by all' });
    const shared = await upload({ record: note['id'] });
    expect(await failure(domain.run('fileUrl', { id: shared.id }, stranger()))).toBe('nothing failed');
  });

  it('ends at the border of the tenant', async () => {
    const { id } = await upload();
    expect(await failure(domain.run('fileUrl', { id }, domain.actor({ tenant: 'other' })))).toBe('NOT_FOUND');
  });
});
