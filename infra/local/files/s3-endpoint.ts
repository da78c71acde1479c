// S3 as the SDK and presigned URLs speak it: the part of its REST interface that the product uses.
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { readBody, urlOf, type Answer } from '../listen.ts';
import { textsOf, toXml } from '../xml.ts';
import { chunkedBody } from './chunked-body.ts';
import type { ObjectHeaders, ObjectStore, StoredObject } from './object-store.ts';
import type { KeyPair } from '../signature.ts';
import { checkSignature, type Refusal } from './signature-check.ts';

type Call = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly objects: ObjectStore;
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
};

const keyLimit = 1024;

/** Serves `<path>/<bucket>/<key>`. */
export function s3Endpoint(objects: ObjectStore, keys: KeyPair, path: string): Answer {
  return async (request, response) => {
    allowBrowsers(request, response);
    if (request.method === 'OPTIONS') return void response.writeHead(204).end();
    const refusal = checkSignature(request, keys);
    const call = toCall(request, response, objects, path);
    const act = (call.key === '' ? bucketActions : objectActions)[request.method ?? ''];
    if (refusal) answerError(response, 403, ...refusals[refusal]);
    else if (!act) answerError(response, 501, 'NotImplemented', 'The local cloud does not do this.');
    else if (Buffer.byteLength(call.key) > keyLimit)
      answerError(response, 400, 'KeyTooLongError', 'A key takes 1,024 bytes.');
    else await act(call);
  };
}

const refusals: Readonly<Record<Refusal, readonly [code: string, message: string]>> = {
  AccessDenied: ['AccessDenied', 'Access Denied'],
  Expired: ['AccessDenied', 'Request has expired'],
  InvalidAccessKeyId: ['InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.'],
  SignatureDoesNotMatch: ['SignatureDoesNotMatch', 'The request signature does not match the signature you provided.'],
};

const toCall = (request: IncomingMessage, response: ServerResponse, objects: ObjectStore, path: string): Call => {
  const url = urlOf(request);
  const [, bucket = '', key = ''] =
    /^\/([^/]+)\/?(.*)$/s.exec(decodeURIComponent(url.pathname.slice(path.length))) ?? [];
  return { request, response, objects, bucket, key, query: url.searchParams };
};

const putObject = async (call: Call): Promise<void> => {
  const { request, response, objects, bucket, key } = call;
  if (request.headers['x-amz-copy-source'] !== undefined) return copyObject(call);
  const isChunked = String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  const body = isChunked ? request.pipe(chunkedBody()) : request;
  const stored = await objects.put(bucket, key, body, {
    headers: keptHeaders(request),
    onlyNew: request.headers['if-none-match'] === '*',
  });
  if (!stored) {
    answerError(response, 412, 'PreconditionFailed', 'At least one of the pre-conditions did not hold.');
    return;
  }
  response.writeHead(200, { etag: stored.etag }).end();
};

const copyObject = async ({ request, response, objects, bucket, key }: Call): Promise<void> => {
  const [, fromBucket = '', fromKey = ''] =
    /^\/?([^/]+)\/(.*)$/s.exec(decodeURIComponent(String(request.headers['x-amz-copy-source']))) ?? [];
  const source = objects.get(fromBucket, fromKey);
  if (!source) {
    answerMissing(response, fromKey);
    return;
  }
  const stored = await objects.put(bucket, key, createReadStream(source.path), { headers: source.headers });
  const fields = { LastModified: isoOf(stored?.modified ?? 0), ETag: stored?.etag ?? '' };
  response.writeHead(200, xmlType).end(toXml('CopyObjectResult', fields));
};

const getObject = async ({ request, response, objects, bucket, key, query }: Call): Promise<void> => {
  const found = objects.get(bucket, key);
  if (!found) {
    answerMissing(response, key);
    return;
  }
  const headers = { ...headersOf(found), ...overridesIn(query) };
  if (request.headers['if-none-match'] === found.etag) return void response.writeHead(304, headers).end();
  const range = rangeOf(request, found.size);
  if (range === 'outside') {
    answerError(response, 416, 'InvalidRange', 'The requested range is not satisfiable');
    return;
  }
  response.writeHead(range ? 206 : 200, { ...headers, ...(range && rangeHeaders(range, found.size)) });
  if (request.method === 'HEAD' || found.size === 0) return void response.end();
  // A reader that goes away midway is no fault of ours.
  await pipeline(createReadStream(found.path, range), response).catch(() => response.destroy());
};

const deleteObject = ({ response, objects, bucket, key }: Call): void => {
  objects.delete(bucket, key);
  response.writeHead(204).end();
};

const deleteObjects = async ({ request, response, objects, bucket }: Call): Promise<void> => {
  const keys = textsOf('Key', (await readBody(request, 4 * 1024 * 1024)).toString());
  keys.forEach((key) => {
    objects.delete(bucket, key);
  });
  response.writeHead(200, xmlType).end(toXml('DeleteResult', { Deleted: keys.map((Key) => ({ Key })) }));
};

const listObjects = ({ response, objects, bucket, query }: Call): void => {
  const prefix = query.get('prefix') ?? '';
  const after =
    Buffer.from(query.get('continuation-token') ?? '', 'base64url').toString() || (query.get('start-after') ?? '');
  const { objects: found, more } = objects.list(
    bucket,
    prefix,
    after,
    Math.min(1000, Number(query.get('max-keys') ?? 1000)),
  );
  const head = { Name: bucket, Prefix: prefix, KeyCount: found.length, MaxKeys: 1000, IsTruncated: more };
  const next = more ? { NextContinuationToken: Buffer.from(found.at(-1)?.key ?? '').toString('base64url') } : {};
  const contents = found.map(({ key, size, etag, modified }) => ({
    Key: key,
    LastModified: isoOf(modified),
    ETag: etag,
    Size: size,
    StorageClass: 'STANDARD',
  }));
  response.writeHead(200, xmlType).end(toXml('ListBucketResult', { ...head, ...next, Contents: contents }));
};

const objectActions: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
  PUT: putObject,
  GET: getObject,
  HEAD: getObject,
  DELETE: deleteObject,
};

/** Buckets need no making; they are answered as if they were there. */
const bucketActions: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
  GET: listObjects,
  POST: deleteObjects,
  PUT: ({ response }) => void response.writeHead(200).end(),
  HEAD: ({ response }) => void response.writeHead(200).end(),
};

const xmlType = { 'content-type': 'application/xml' };

const kept = /^(content-type|content-disposition|content-language|cache-control|expires|x-amz-meta-.+)$/;

const keptHeaders = ({ headers }: IncomingMessage): ObjectHeaders =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (kept.test(name) ? [[name, String(value)]] : [])),
  );

const headersOf = ({ headers, size, etag, modified }: StoredObject): Readonly<Record<string, string | number>> => ({
  'content-type': 'binary/octet-stream',
  ...headers,
  'content-length': size,
  etag,
  'last-modified': new Date(modified).toUTCString(),
  'accept-ranges': 'bytes',
});

/** `response-content-disposition` and its like, by which a presigned URL names the download. */
const overridesIn = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...query].flatMap(([name, value]) =>
      name.startsWith('response-') ? [[name.slice('response-'.length), value]] : [],
    ),
  );

const rangeOf = (
  { headers }: IncomingMessage,
  size: number,
): { start: number; end: number } | 'outside' | undefined => {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  return start > end ? 'outside' : { start, end };
};

const rangeHeaders = ({ start, end }: { readonly start: number; readonly end: number }, size: number) => ({
  'content-length': end - start + 1,
  'content-range': `bytes ${start}-${end}/${size}`,
});

const allowBrowsers = ({ headers }: IncomingMessage, response: ServerResponse): void => {
  if (headers.origin === undefined) return;
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('access-control-allow-methods', 'GET, PUT, HEAD');
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-expose-headers', 'etag, content-disposition');
};

const answerMissing = (response: ServerResponse, key: string): void => {
  answerError(response, 404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
};

const answerError = (
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, string>> = {},
): void => {
  // What is left of the body is not wanted; closing says so.
  response
    .writeHead(status, { ...xmlType, connection: 'close' })
    .end(toXml('Error', { Code: code, Message: message, ...more, RequestId: 'local' }));
};

const isoOf = (moment: number): string => new Date(moment).toISOString();
