// Files: S3, and signed URLs by which browsers reach it without passing through a function.
import type { S3 } from '@aws-sdk/client-s3';
import type { Files } from '#kernel/ports';
import { once } from './once.ts';

/** The objects of one bucket; `bucket` is asked at the first use. */
export function openFiles(bucket: () => string): Files {
  const client = once(openS3);
  const at = (Key: string) => ({ Bucket: bucket(), Key });
  return {
    async put(key, body, contentType) {
      await (await client()).putObject({ ...at(key), Body: body, ContentType: contentType });
    },
    get: (key) => absentAsUndefined(async () => bytesOf(await (await client()).getObject(at(key)))),
    async getRange(key, from, to) {
      return bytesOf(await (await client()).getObject({ ...at(key), Range: `bytes=${String(from)}-${String(to)}` }));
    },
    head: (key) =>
      absentAsUndefined(async () => {
        const { ContentLength = 0, ContentType = '' } = await (await client()).headObject(at(key));
        return { size: ContentLength, contentType: ContentType };
      }),
    async copy(from, to) {
      const source = `${bucket()}/${from.split('/').map(encodeURIComponent).join('/')}`;
      const copied = await absentAsUndefined(async () =>
        (await client()).copyObject({ ...at(to), CopySource: source }),
      );
      return copied !== undefined;
    },
    async delete(key) {
      await (await client()).deleteObject(at(key));
    },
    async list(prefix) {
      return listAll(await client(), bucket(), prefix);
    },
    async uploadUrl(key, { contentType, seconds }) {
      const [{ PutObjectCommand }, sign] = await Promise.all([import('@aws-sdk/client-s3'), loadPresigner()]);
      const command = new PutObjectCommand({ ...at(key), ContentType: contentType });
      return sign(await client(), command, { expiresIn: seconds, signableHeaders: new Set(['content-type']) });
    },
    async downloadUrl(key, { fileName, seconds }) {
      const [{ GetObjectCommand }, sign] = await Promise.all([import('@aws-sdk/client-s3'), loadPresigner()]);
      const command = new GetObjectCommand({ ...at(key), ResponseContentDisposition: dispositionOf(fileName) });
      return sign(await client(), command, { expiresIn: seconds });
    },
  };
}

/** An endpoint of one's own has no host name for each bucket. A checksum in a signed URL would bind it to one body. */
const openS3 = async (): Promise<S3> => {
  const { S3: Client } = await import('@aws-sdk/client-s3');
  const forcePathStyle = process.env['AWS_ENDPOINT_URL_S3'] !== undefined;
  return new Client({ forcePathStyle, requestChecksumCalculation: 'WHEN_REQUIRED' });
};

const loadPresigner = async () => (await import('@aws-sdk/s3-request-presigner')).getSignedUrl;

type Body = { readonly Body?: { transformToByteArray(): Promise<Uint8Array> } | undefined };

const bytesOf = async ({ Body }: Body): Promise<Uint8Array> => (await Body?.transformToByteArray()) ?? new Uint8Array();

const absentAsUndefined = async <Value>(read: () => Promise<Value>): Promise<Value | undefined> => {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Error && (error.name === 'NoSuchKey' || error.name === 'NotFound')) return undefined;
    throw error;
  }
};

const listAll = async (client: S3, Bucket: string, Prefix: string) => {
  const { paginateListObjectsV2 } = await import('@aws-sdk/client-s3');
  const found: { readonly key: string; readonly size: number }[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix })) {
    found.push(...Contents.map(({ Key = '', Size = 0 }) => ({ key: Key, size: Size })));
  }
  return found;
};

/** RFC 6266: a plain name for old clients, the true one in UTF-8 for the others. */
const dispositionOf = (fileName: string): string => {
  const plain = fileName.replace(/[^\x20-\x7e]|["\\]/g, '_');
  const encoded = encodeURIComponent(fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
};
