import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openObjects } from '#infra/local/files/object-store';
import { s3Endpoint } from '#infra/local/files/s3-endpoint';
import { listen, type Listener } from '#infra/local/listen';
import { openStore } from '#infra/local/store';
import { openFiles } from './files.ts';

const keys = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lazo-files-'));
  const files = openFiles(() => 'lazo-dev-files');
  let listener: Listener;

  beforeAll(async () => {
    const objects = openObjects(openStore(join(folder, 'store.sqlite')), join(folder, 'objects'));
    listener = await listen(0, s3Endpoint(objects, keys, ''));
    const access = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
    Object.assign(process.env, access, { AWS_ENDPOINT_URL_S3: listener.url });
  });

  afterAll(async () => {
    await listener.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps bytes and their type under keys of any letters', async () => {
    const key = 't1/imports/Año 2026 (1)+.csv';
    await files.put(key, 'name\nÑandú', 'text/csv; charset=utf-8');
    expect(Buffer.from((await files.get(key)) ?? []).toString()).toBe('name\nÑandú');
    expect(await files.head(key)).toEqual({ size: 12, contentType: 'text/csv; charset=utf-8' });
    await files.delete(key);
    expect(await files.get(key)).toBeUndefined();
    expect(await files.head(key)).toBeUndefined();
  });

  it('copies within the bucket, and says when there is nothing to copy', async () => {
    const from = 't1/Ñandú & Cía/100%+1.csv';
    await files.put(from, 'name', 'text/csv');
    expect(await files.copy(from, 't3/copy of ñ.csv')).toBe(true);
    expect(Buffer.from((await files.get('t3/copy of ñ.csv')) ?? []).toString()).toBe('name');
    expect(await files.head('t3/copy of ñ.csv')).toEqual({ size: 4, contentType: 'text/csv' });
    expect(await files.copy('t1/gone', 't3/gone')).toBe(false);
  });

  it('reads a piece, both ends included', async () => {
    await files.put('t1/piece', Uint8Array.from([0, 1, 2, 3, 4]), 'application/octet-stream');
    expect([...(await files.getRange('t1/piece', 1, 3))]).toEqual([1, 2, 3]);
  });

  it('lists a prefix beyond one page and nothing of others', async () => {
    await Promise.all(Array.from({ length: 1003 }, (_, index) => files.put(`t2/${String(index)}`, 'x', 'text/plain')));
    await files.put('t3/other', 'x', 'text/plain');
    const listed = await files.list('t2/');
    expect(listed).toHaveLength(1003);
    expect(listed[0]).toEqual({ key: 't2/0', size: 1 });
  });

  it('signs an upload of one content type', async () => {
    const url = await files.uploadUrl('t1/up.png', { contentType: 'image/png', seconds: 60 });
    const put = (type: string) => fetch(url, { method: 'PUT', body: 'png', headers: { 'content-type': type } });
    expect((await put('text/html')).status).toBe(403);
    expect((await put('image/png')).status).toBe(200);
    expect(await files.head('t1/up.png')).toEqual({ size: 3, contentType: 'image/png' });
  });

  it('signs a download under its name', async () => {
    await files.put('t1/doc', 'x', 'application/pdf');
    const response = await fetch(await files.downloadUrl('t1/doc', { fileName: 'Cotización "1".pdf', seconds: 60 }));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(
      `attachment; filename="Cotizaci_n _1_.pdf"; filename*=UTF-8''Cotizaci%C3%B3n%20%221%22.pdf`,
    );
  });
});
