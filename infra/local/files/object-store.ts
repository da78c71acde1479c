// Objects as S3 has them: bodies in files, the rest in the local cloud's own file. An object is there once its row is
// committed; a body that lost its row, or never got one, is on the list of waste and goes at the next start.
import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { atomically, type Store } from '../store.ts';

/** Headers that come back with the object: content-type, content-disposition, x-amz-meta-* and their like. */
export type ObjectHeaders = Readonly<Record<string, string>>;

/** An object, its body in the file `path`. */
export type StoredObject = {
  readonly key: string;
  readonly size: number;
  readonly etag: string;
  readonly modified: number;
  readonly headers: ObjectHeaders;
  readonly path: string;
};

/** One page of keys in order. */
export type ObjectPage = { readonly objects: readonly StoredObject[]; readonly more: boolean };

/** All buckets. A bucket is there once it is named. */
export type ObjectStore = {
  /** Durable when it settles. Answers undefined when `onlyNew` and the key is taken. */
  put(bucket: string, key: string, body: Uint8Array | Readable, options: PutOptions): Promise<StoredObject | undefined>;
  get(bucket: string, key: string): StoredObject | undefined;
  delete(bucket: string, key: string): void;
  list(bucket: string, prefix: string, after: string, limit: number): ObjectPage;
};

/** How an object is put. */
export type PutOptions = { readonly headers: ObjectHeaders; readonly onlyNew?: boolean };

/** Opens the objects kept under `folder`. */
export function openObjects(store: Store, folder: string): ObjectStore {
  mkdirSync(folder, { recursive: true });
  store.exec(`
    CREATE TABLE IF NOT EXISTS objects (
      bucket TEXT NOT NULL, key TEXT NOT NULL, blob TEXT NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
      modified INTEGER NOT NULL, headers TEXT NOT NULL, PRIMARY KEY (bucket, key)) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS waste (blob TEXT PRIMARY KEY) WITHOUT ROWID`);
  const sql = prepareStatements(store);
  const pathOf = (blob: string): string => join(folder, blob.slice(0, 2), blob);
  const discard = (blob: string): void => {
    rmSync(pathOf(blob), { force: true });
    sql.keep.run(blob);
  };
  const get = (bucket: string, key: string): StoredObject | undefined => {
    const row = sql.get.get(bucket, key);
    return row && toObject(row, pathOf);
  };
  sql.waste.all().forEach(({ blob }) => {
    discard(String(blob));
  });
  return {
    get,
    async put(bucket, key, body, { headers, onlyNew = false }) {
      const blob = randomUUID();
      sql.discard.run(blob);
      const { size, etag } = await writeBody(pathOf(blob), body).catch((error: unknown) => {
        discard(blob);
        throw error;
      });
      const replaced = atomically(store, () => {
        const former = sql.get.get(bucket, key);
        if (former && onlyNew) return blob;
        sql.put.run(bucket, key, blob, size, etag, Date.now(), JSON.stringify(headers));
        sql.keep.run(blob);
        if (former) sql.discard.run(String(former['blob']));
        return former && String(former['blob']);
      });
      if (replaced) discard(replaced);
      return replaced === blob ? undefined : get(bucket, key);
    },
    delete(bucket, key) {
      const row = sql.get.get(bucket, key);
      if (!row) return;
      atomically(store, () => {
        sql.delete.run(bucket, key);
        sql.discard.run(String(row['blob']));
      });
      discard(String(row['blob']));
    },
    list(bucket, prefix, after, limit) {
      const rows = sql.list.all(bucket, prefix, after, `${prefix}\u{10FFFF}`, limit + 1);
      return { objects: rows.slice(0, limit).map((row) => toObject(row, pathOf)), more: rows.length > limit };
    },
  };
}

const prepareStatements = (store: Store) => ({
  get: store.prepare('SELECT * FROM objects WHERE bucket = ? AND key = ?'),
  put: store.prepare(
    'INSERT OR REPLACE INTO objects (bucket, key, blob, size, etag, modified, headers) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  delete: store.prepare('DELETE FROM objects WHERE bucket = ? AND key = ?'),
  list: store.prepare(
    'SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key > ? AND key < ? ORDER BY key LIMIT ?',
  ),
  discard: store.prepare('INSERT OR IGNORE INTO waste (blob) VALUES (?)'),
  keep: store.prepare('DELETE FROM waste WHERE blob = ?'),
  waste: store.prepare('SELECT blob FROM waste'),
});

const writeBody = async (path: string, body: Uint8Array | Readable): Promise<{ size: number; etag: string }> => {
  mkdirSync(join(path, '..'), { recursive: true });
  const md5 = createHash('md5');
  let size = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      md5.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await pipeline(body instanceof Readable ? body : Readable.from([body]), measure, createWriteStream(path));
  return { size, etag: `"${md5.digest('hex')}"` };
};

const toObject = (row: Readonly<Record<string, unknown>>, pathOf: (blob: string) => string): StoredObject => ({
  key: String(row['key']),
  size: Number(row['size']),
  etag: String(row['etag']),
  modified: Number(row['modified']),
  headers: JSON.parse(String(row['headers'])) as ObjectHeaders,
  path: pathOf(String(row['blob'])),
});
