import { beforeEach, describe, expect, it } from '@jest/globals';
import { entity, module, noOwner, text } from '#kernel';
import { failure, startDomain, type Domain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { fileKey, files, type FileRow } from './index.ts';

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
const pdf = { name: 'offer.pdf', contentType: 'application/pdf', size: 4 };
const put = (id: string, body: string) =>
  domain.runtime.ports.files.put(fileKey(tenanted.tenant, id), body, 'application/pdf');
const upload = async (given: object = {}): Promise<FileRow> => {
  const { file } = await domain.run<Upload>('startUpload', { ...pdf, ...given });
  await put(file.id, 'data');
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
    await put(file.id, 'data');
    expect(await domain.run('finishUpload', { id: file.id })).toMatchObject({ status: 'READY' });
    expect(await domain.run('fileUrl', { id: file.id })).toMatchObject({ name: 'offer.pdf' });
  });

  it('compares the hash where one is given', async () => {
    const { file } = await domain.run<Upload>('startUpload', pdf);
    await put(file.id, 'data');
    expect(await failure(domain.run('finishUpload', { id: file.id, sha256: '0'.repeat(64) }))).toBe('FILE_DIFFERS');
    const sha256 = '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7';
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
