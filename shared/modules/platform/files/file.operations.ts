import { createHash } from 'node:crypto';
import {
  dateTime,
  DomainError,
  integer,
  list,
  mutation,
  object,
  optional,
  query,
  record,
  ref,
  text,
  url,
  type Context,
} from '#kernel';
import { readableFile, uploadOf } from './file-access.operations.ts';
import { File, type FileRow } from './file.entity.ts';
import { assertStorable, cleanName, fileKey, sizeLimit } from './file.rules.ts';
import { assertCurrent, supersede } from './file-versions.operations.ts';
import { kindOf, tellingBytes } from './content.operations.ts';
import { contentProblem } from './content.rules.ts';

const uploadSeconds = 15 * 60;
const downloadSeconds = 5 * 60;
/** Files up to here are read to check the hash that was announced. */
const hashedBytes = 50 * 1024 * 1024;

export const startUpload = mutation('startUpload', {
  describes: 'Announces a file and answers the signed URL that takes its bytes by one PUT, within 15 minutes.',
  needs: 'file.create',
  input: {
    name: text({ max: 200, describes: 'Its name.' }),
    contentType: text({ max: 120, describes: 'Its media type; the PUT must name the same.' }),
    size: integer({ min: 1, describes: 'Its size in bytes.' }),
    record: optional(ref('*', { describes: 'The record that it will belong to; that of the version it replaces.' })),
    replaces: optional(ref('File', { describes: 'The file of which this is a new version.' })),
  },
  returns: {
    file: record(File, 'The file, still without bytes.'),
    uploadUrl: url({ describes: 'Where to PUT the bytes.' }),
    headers: list(
      object('UploadHeader', { name: text({ describes: 'Its name.' }), value: text({ describes: 'Its value.' }) }),
      { describes: 'Headers that the PUT must carry.' },
    ),
    validUntil: dateTime({ describes: 'Until when the URL works.' }),
  },
  fails: ['FILE_TYPE_REFUSED', 'FILE_TOO_LARGE', 'FILE_SUPERSEDED'],
  run: async ({ name, contentType, size, record: given, replaces }, context) => {
    assertStorable(name, contentType, size);
    const replaced = replaces === undefined ? undefined : await replaceable(context, replaces);
    const on = given ?? replaced?.record;
    const file = context.data(File).create({
      name: cleanName(name),
      contentType,
      size,
      uploader: context.actor.id,
      edition: 1,
      ...(replaced && { replaces: replaced.id }),
      ...(on !== undefined && { record: on }),
      ...(context.actor.userId !== undefined && { owner: context.actor.userId }),
    });
    const uploadUrl = await context.ports.files.uploadUrl(fileKey(context.actor.tenant, file.id), {
      contentType,
      seconds: uploadSeconds,
    });
    return {
      file,
      uploadUrl,
      headers: [{ name: 'content-type', value: contentType }],
      validUntil: inSeconds(context, uploadSeconds),
    };
  },
});

const inSeconds = ({ clock }: Context, seconds: number): string =>
  new Date(clock.now().getTime() + seconds * 1000).toISOString();

export const finishUpload = mutation('finishUpload', {
  describes: 'Says that the bytes were sent. They are checked; from then on the file may be used.',
  needs: 'file.create',
  input: {
    id: ref('File', { describes: 'Which file.' }),
    sha256: optional(
      text({ min: 64, max: 64, pattern: /^[0-9a-f]{64}$/, describes: 'Hash of the bytes in hex, to be compared.' }),
    ),
  },
  returns: File,
  fails: ['FILE_NOT_UPLOADED', 'FILE_TOO_LARGE', 'FILE_DIFFERS', 'FILE_TYPE_REFUSED', 'FILE_SUPERSEDED'],
  run: async ({ id, sha256 }, context) => {
    const file = await uploadOf(context, id);
    if (file.status === 'READY') return file;
    const key = fileKey(context.actor.tenant, id);
    const stored = await context.ports.files.head(key);
    if (!stored)
      throw new DomainError('FILE_NOT_UPLOADED', 'Its bytes have not arrived; PUT them to the upload URL first.', [
        'id',
      ]);
    if (stored.size > sizeLimit(file.contentType)) {
      await context.ports.files.delete(key);
      throw new DomainError('FILE_TOO_LARGE', 'The bytes that arrived are more than such a file may have.', ['id']);
    }
    if (stored.size !== file.size)
      throw new DomainError(
        'FILE_DIFFERS',
        `${String(file.size)} bytes were announced, ${String(stored.size)} arrived.`,
        ['id'],
      );
    await assertContent(context, key, file);
    const hash = sha256 === undefined ? undefined : await checkedHash(context, key, stored.size, sha256);
    const ready = context.trusted(File).move(file, 'READY', hash === undefined ? {} : { sha256: hash });
    return file.replaces === undefined ? ready : supersede(context, file.replaces, ready);
  },
});

/** What is not what it says is not kept. */
const assertContent = async ({ ports }: Context, key: string, { contentType, size }: FileRow): Promise<void> => {
  const head = await ports.files.getRange(key, 0, Math.min(size, tellingBytes) - 1);
  const problem = contentProblem(contentType, (await kindOf(head))?.mime);
  if (!problem) return;
  await ports.files.delete(key);
  throw problem;
};

/** A file that the actor may give a new version. */
const replaceable = async (context: Context, id: string): Promise<FileRow> => {
  const file = await uploadOf(context, id);
  assertCurrent(file);
  return file;
};

const checkedHash = async ({ ports }: Context, key: string, size: number, wanted: string): Promise<string> => {
  if (size > hashedBytes) return wanted;
  const found = createHash('sha256')
    .update((await ports.files.get(key)) ?? new Uint8Array())
    .digest('hex');
  if (found === wanted) return found;
  throw new DomainError('FILE_DIFFERS', 'The bytes that arrived have another hash.', ['sha256']);
};

export const fileUrl = query('fileUrl', {
  describes: 'A URL that answers the bytes of a file for five minutes. Who sees the file or its record may ask.',
  needs: 'file.read',
  input: { id: ref('File', { describes: 'Which file.' }) },
  returns: {
    url: url({ describes: 'Where to GET the bytes.' }),
    name: text({ describes: 'The name that they are saved under.' }),
    validUntil: dateTime({ describes: 'Until when the URL works.' }),
  },
  fails: ['FILE_NOT_UPLOADED'],
  run: async ({ id }, context) => {
    const file = await readableFile(context, id);
    const signed = await context.ports.files.downloadUrl(fileKey(context.actor.tenant, id), {
      fileName: file.name,
      seconds: downloadSeconds,
    });
    return { url: signed, name: file.name, validUntil: inSeconds(context, downloadSeconds) };
  },
});

/** Stores bytes that the product made, as a file that is ready when the unit is written. */
export const storeFile = async (
  context: Context,
  made: {
    readonly name: string;
    readonly contentType: string;
    readonly body: Uint8Array | string;
    readonly record?: string;
    /** Where a second try must write the same file again. */
    readonly id?: string;
  },
): Promise<FileRow> => {
  const body = typeof made.body === 'string' ? Buffer.from(made.body) : made.body;
  const values = {
    name: cleanName(made.name),
    contentType: made.contentType,
    size: body.length,
    uploader: context.actor.id,
    edition: 1,
    status: 'READY' as const,
    ...(made.record !== undefined && { record: made.record }),
    ...(context.actor.userId !== undefined && { owner: context.actor.userId }),
  };
  const file = context.trusted(File).create(values, made.id === undefined ? {} : { id: made.id });
  await context.ports.files.put(fileKey(context.actor.tenant, file.id), body, made.contentType);
  return file;
};
