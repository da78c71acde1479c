import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GetObjectCommand, PutObjectCommand, S3 } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  clientOptions,
  eventually,
  openTrialStore,
  serveTrial,
  trialKeys,
  type TrialStore,
} from '#test/support/local-parts';
import type { Listener } from '../listen.ts';
import { openObjects } from './object-store.ts';
import { s3Endpoint } from './s3-endpoint.ts';

const Bucket = 'files';

let trial: TrialStore;
let listener: Listener;
let client: S3;

const textOf = async (Key: string, more = {}): Promise<string | undefined> =>
  (await client.getObject({ Bucket, Key, ...more })).Body?.transformToString();

const bodyFiles = (): readonly string[] =>
  readdirSync(join(trial.folder, 'objects'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);

beforeAll(async () => {
  trial = openTrialStore();
  listener = await serveTrial(s3Endpoint(openObjects(trial.store, join(trial.folder, 'objects')), trialKeys, '/s3'));
  client = new S3({ ...clientOptions(`${listener.url}/s3`), forcePathStyle: true });
});

afterAll(async () => {
  client.destroy();
  await listener.close();
  trial.remove();
});

describe('the S3 endpoint', () => {
  it('keeps an object with its headers', async () => {
    await client.putObject({
      Bucket,
      Key: 't1/año & más.csv',
      Body: 'a;b\n',
      ContentType: 'text/csv',
      Metadata: { by: 'ana' },
    });
    const found = await client.getObject({ Bucket, Key: 't1/año & más.csv' });
    expect(await found.Body?.transformToString()).toBe('a;b\n');
    expect(found).toMatchObject({
      ContentType: 'text/csv',
      ContentLength: 4,
      Metadata: { by: 'ana' },
      ETag: `"${createHash('md5').update('a;b\n').digest('hex')}"`,
    });
    expect(await client.headObject({ Bucket, Key: 't1/año & más.csv' })).toMatchObject({
      ContentLength: 4,
      ContentType: 'text/csv',
    });
  });

  it('takes a stream in chunks, and gives a piece of it', async () => {
    const parts = Array.from({ length: 40 }, (_, index) => Buffer.alloc(100_000, 97 + (index % 26)));
    await client.putObject({ Bucket, Key: 'large', Body: Readable.from(parts), ContentLength: 4_000_000 });
    expect(await client.headObject({ Bucket, Key: 'large' })).toMatchObject({ ContentLength: 4_000_000 });
    expect(await textOf('large', { Range: 'bytes=99999-100000' })).toBe('ab');
    expect(await textOf('large', { Range: 'bytes=-2' })).toBe('nn');
    await expect(textOf('large', { Range: 'bytes=5000000-' })).rejects.toMatchObject({ name: 'InvalidRange' });
  });

  it('replaces and deletes without leaving bodies behind', async () => {
    const before = bodyFiles().length;
    await client.putObject({ Bucket, Key: 'x', Body: 'one' });
    await client.putObject({ Bucket, Key: 'x', Body: 'two' });
    expect(await textOf('x')).toBe('two');
    expect(bodyFiles()).toHaveLength(before + 1);
    await client.deleteObject({ Bucket, Key: 'x' });
    await client.deleteObject({ Bucket, Key: 'x' });
    await expect(textOf('x')).rejects.toMatchObject({ name: 'NoSuchKey' });
    await expect(client.headObject({ Bucket, Key: 'x' })).rejects.toMatchObject({ name: 'NotFound' });
    expect(bodyFiles()).toHaveLength(before);
  });

  it('puts only what is new when asked to, and copies', async () => {
    await client.putObject({ Bucket, Key: 'once', Body: 'first', IfNoneMatch: '*' });
    await expect(client.putObject({ Bucket, Key: 'once', Body: 'second', IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
    });
    await client.copyObject({ Bucket, Key: 'copy', CopySource: `${Bucket}/once` });
    expect(await textOf('copy')).toBe('first');
  });

  it('lists by prefix in order, page by page, and deletes many', async () => {
    const keys = ['l/a', 'l/b', 'l/c', 'l/ñ'];
    for (const Key of [...keys, 'm/a']) await client.putObject({ Bucket, Key, Body: Key });
    const first = await client.listObjectsV2({ Bucket, Prefix: 'l/', MaxKeys: 3 });
    const rest = await client.listObjectsV2({ Bucket, Prefix: 'l/', ContinuationToken: first.NextContinuationToken });
    expect([...(first.Contents ?? []), ...(rest.Contents ?? [])].map(({ Key }) => Key)).toEqual(keys);
    expect(rest.IsTruncated).toBe(false);
    await client.deleteObjects({ Bucket, Delete: { Objects: keys.map((Key) => ({ Key })) } });
    expect(await client.listObjectsV2({ Bucket, Prefix: 'l/' })).toMatchObject({ KeyCount: 0 });
  });

  it('does not keep half a body', async () => {
    const before = bodyFiles().length;
    const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: 'half' })));
    const socket = connect(listener.port, '127.0.0.1');
    socket.write(
      `PUT ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nContent-Length: 1000\r\n\r\nonly this`,
    );
    await eventually(() => bodyFiles().length > before);
    socket.destroy();
    await eventually(() => bodyFiles().length === before);
    await expect(textOf('half')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('signed URLs', () => {
  const upload = (more = {}, options = {}): Promise<string> =>
    getSignedUrl(
      new S3({
        ...clientOptions(`${listener.url}/s3`),
        forcePathStyle: true,
        requestChecksumCalculation: 'WHEN_REQUIRED',
        ...more,
      }),
      new PutObjectCommand({ Bucket, Key: 'up', ContentType: 'text/csv' }),
      {
        expiresIn: 60,
        signableHeaders: new Set(['content-type']),
        ...options,
      },
    );
  const put = (url: string, type: string): Promise<Response> =>
    fetch(url, { method: 'PUT', body: 'a', headers: { 'content-type': type } });

  it('take an upload of their content type, and of no other', async () => {
    expect((await put(await upload(), 'text/csv')).status).toBe(200);
    expect((await put(await upload(), 'text/html')).status).toBe(403);
  });

  it.each([
    ['after their end', async () => upload({}, { signingDate: new Date(Date.now() - 61_000) }), 'Request has expired'],
    [
      'of other keys',
      async () => upload({ credentials: { accessKeyId: 'local', secretAccessKey: 'guessed' } }),
      'SignatureDoesNotMatch',
    ],
    [
      'of unknown keys',
      async () => upload({ credentials: { accessKeyId: 'other', secretAccessKey: 'local' } }),
      'InvalidAccessKeyId',
    ],
    ['for another key', async () => (await upload()).replace('/up?', '/other?'), 'SignatureDoesNotMatch'],
    ['with a later end', async () => (await upload()).replace('Expires=60', 'Expires=600'), 'SignatureDoesNotMatch'],
    ['without a signature', async () => (await upload()).replace(/\?.*/, ''), 'AccessDenied'],
  ])('are refused %s', async (_what, makeUrl, message) => {
    const answer = await put(await makeUrl(), 'text/csv');
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain(message);
  });

  it('name the download', async () => {
    await client.putObject({ Bucket, Key: 'doc', Body: 'x', ContentType: 'text/plain' });
    const disposition = `attachment; filename="a_o.csv"; filename*=UTF-8''a%C3%B1o%20(1)!.csv`;
    const url = await getSignedUrl(
      client,
      new GetObjectCommand({ Bucket, Key: 'doc', ResponseContentDisposition: disposition }),
    );
    expect((await fetch(url)).headers.get('content-disposition')).toBe(disposition);
  });

  it('may be used by a page in a browser', async () => {
    const headers = { origin: 'http://localhost:3000', 'access-control-request-headers': 'content-type' };
    const answer = await fetch(await upload(), { method: 'OPTIONS', headers });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-headers')).toBe('content-type');
  });
});
