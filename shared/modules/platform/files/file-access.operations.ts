import { DomainError, mayTouch, notFound, type Context } from '#kernel';
import { File, type FileRow } from './file.entity.ts';
import { fileKey } from './file.rules.ts';

/** A file as its sender sees it, also where it is nobody's own. */
export const uploadOf = async (context: Context, id: string): Promise<FileRow> => {
  const file = await context.trusted(File).get(id);
  if (file.uploader === context.actor.id || mayTouch(context.actor, File, file, 'update')) return file;
  throw notFound('File', id);
};

/** A file that the actor may read: an own one, or one of a record that the actor sees. @throws NOT_FOUND, FILE_NOT_UPLOADED */
export const readableFile = async (context: Context, id: string): Promise<FileRow> => {
  const file = await context.trusted(File).get(id);
  const isOwn = file.uploader === context.actor.id || mayTouch(context.actor, File, file, 'read');
  if (!isOwn && !(await seesRecord(context, file))) throw notFound('File', id);
  if (file.status !== 'READY') throw new DomainError('FILE_NOT_UPLOADED', 'Its bytes have not arrived yet.', ['id']);
  return file;
};

const seesRecord = async (context: Context, { record: on }: FileRow): Promise<boolean> =>
  on !== undefined && (await context.records([on])).has(on);

/** The bytes of a file that the actor may read. */
export const readFile = async (context: Context, id: string): Promise<Uint8Array> => {
  const { size } = await readableFile(context, id);
  const bytes = await context.ports.files.get(fileKey(context.actor.tenant, id));
  if (bytes?.length !== size) throw new DomainError('FILE_NOT_UPLOADED', 'Its bytes are not there.', ['id']);
  return bytes;
};

/** Bytes that are read of a file at a time. */
const pieceSize = 1024 * 1024;

/** A file that the actor may read, piece by piece: a large one is never whole in memory. @throws FILE_NOT_UPLOADED */
export async function* readPieces(context: Context, id: string): AsyncIterable<Uint8Array> {
  const { size } = await readableFile(context, id);
  const key = fileKey(context.actor.tenant, id);
  for (let from = 0; from < size; from += pieceSize) {
    const to = Math.min(from + pieceSize, size) - 1;
    const piece = await context.ports.files.getRange(key, from, to);
    if (piece.length !== to - from + 1) throw new DomainError('FILE_NOT_UPLOADED', 'Its bytes are not there.', ['id']);
    yield piece;
  }
}
