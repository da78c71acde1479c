// Where parts of the local cloud put files: into its own objects, or into the S3 that was set instead.
import type { Settings } from '../settings.ts';
import type { ObjectStore } from './object-store.ts';

/** Puts one object into a bucket. */
export type PutFile = (key: string, body: Uint8Array, contentType: string) => Promise<unknown>;

/** The sink of a bucket. */
export const fileSink = ({ endpoints }: Settings, objects: ObjectStore, bucket: string): PutFile =>
  endpoints.S3 === undefined
    ? (key, body, type) => objects.put(bucket, key, body, { headers: { 'content-type': type } })
    : async (key, body, ContentType) => {
        const { S3 } = await import('@aws-sdk/client-s3');
        const client = new S3({ forcePathStyle: true });
        return client.putObject({ Bucket: bucket, Key: key, Body: body, ContentType });
      };
