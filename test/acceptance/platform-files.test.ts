import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestCloud, type TestCloud } from '#test/support/cloud';
import { ask, codesOf, download, succeed, upload } from '#test/support/importing';

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await startTestCloud();
}, 60_000);
afterAll(() => cloud.stop());

const csv = { name: 'clientes.csv', contentType: 'text/csv', size: 8 };

describe('files over the API', () => {
  it('IMP-01 a file goes up and comes down by signed URLs', async () => {
    const id = await upload(cloud, 'notas de Julián.txt', 'Señor Núñez', 'text/plain');
    expect(await download(cloud, id)).toBe('Señor Núñez');
    const { file } = await ask<{ file: { name: string; size: number; status: string } }>(
      cloud,
      'query($id: ID!) { file(id: $id) { name size status } }',
      { id },
    );
    expect(file).toEqual({ name: 'notas de Julián.txt', size: 14, status: 'READY' });
  });

  it('IMP-01 a signed URL takes no other file and no other type', async () => {
    const { uploadUrl } = await succeed<{ uploadUrl: string }>(cloud, 'startUpload', csv, 'uploadUrl');
    const put = (url: string, type: string) =>
      fetch(url, { method: 'PUT', headers: { 'content-type': type }, body: 'a,b\n1,2\n' });
    expect((await put(uploadUrl, 'text/html')).ok).toBe(false);
    expect((await put(uploadUrl.replace(/\/fil_[^?]+/, '/fil_00000000000000000000000000'), 'text/csv')).ok).toBe(false);
    expect((await put(uploadUrl, 'text/csv')).ok).toBe(true);
  });

  it('IMP-01 programs and files that are too large are refused', async () => {
    expect(await codesOf(cloud, 'startUpload', { ...csv, name: 'x.exe' })).toEqual(['FILE_TYPE_REFUSED']);
    expect(await codesOf(cloud, 'startUpload', { ...csv, size: 2 ** 30 })).toEqual(['FILE_TOO_LARGE']);
  });

  it('IMP-01 a file that never arrived is not ready', async () => {
    const { file } = await succeed<{ file: { id: string } }>(cloud, 'startUpload', csv, 'file { id }');
    expect(await codesOf(cloud, 'finishUpload', { id: file.id })).toEqual(['FILE_NOT_UPLOADED']);
  });
});
