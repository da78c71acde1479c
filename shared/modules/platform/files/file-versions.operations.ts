import { DomainError, mutation, query, records, ref, type Context } from '#kernel';
import { readableFile, uploadOf } from './file-access.operations.ts';
import { File, type FileRow } from './file.entity.ts';

/** Hops from an old version to the current one that are followed. */
const mostHops = 50;

/** @throws FILE_SUPERSEDED */
export const assertCurrent = ({ supersededBy, status }: FileRow): void => {
  if (supersededBy !== undefined)
    throw new DomainError('FILE_SUPERSEDED', 'Another version has taken its place; replace that one.', ['replaces']);
  if (status !== 'READY') throw new DomainError('FILE_NOT_UPLOADED', 'Its bytes have not arrived yet.', ['replaces']);
};

/** Puts a file in the place of another. Of two that come at once, one is told that it was late. */
export const supersede = async (context: Context, id: string, by: FileRow): Promise<FileRow> => {
  const files = context.trusted(File);
  const old = await files.get(id);
  assertCurrent(old);
  const earlier = [...(old.earlier ?? []), old.id].slice(-200);
  retire(context, old, by);
  return files.update(by, { earlier, edition: (old.edition ?? 1) + 1 });
};

const retire = (context: Context, old: FileRow, by: FileRow): void => {
  const files = context.trusted(File);
  files.archive(files.update(old, { supersededBy: by.id }), { event: 'file.superseded' });
};

export const fileVersions = query('fileVersions', {
  describes: 'All versions of a document, the current one first. Any of them may be named.',
  needs: 'file.read',
  input: { id: ref('File', { describes: 'Which file.' }) },
  returns: { versions: records(File, 'The current version, then the earlier ones, the newest first.') },
  run: async ({ id }, context) => {
    const current = await currentOf(context, await readableFile(context, id));
    const earlier = [...(current.earlier ?? [])].reverse();
    const found = await context.trusted(File).getMany(earlier);
    return { versions: [current, ...earlier.flatMap((each) => found.get(each) ?? [])] };
  },
});

const currentOf = async (context: Context, file: FileRow): Promise<FileRow> => {
  let current = file;
  for (let hop = 0; current.supersededBy !== undefined && hop < mostHops; hop += 1)
    current = await context.trusted(File).get(current.supersededBy);
  return current;
};

export const reinstateFile = mutation('reinstateFile', {
  describes: 'Makes an earlier version of a document the current one again. Nothing is lost: the present one is kept.',
  needs: 'file.create',
  input: { id: ref('File', { describes: 'The earlier version.' }) },
  returns: File,
  fails: ['FILE_NOT_UPLOADED'],
  run: async ({ id }, context) => {
    const wanted = await uploadOf(context, id);
    const current = await currentOf(context, wanted);
    if (current.id === wanted.id) return wanted;
    const earlier = [...(current.earlier ?? []).filter((each) => each !== wanted.id), current.id];
    retire(context, current, wanted);
    const files = context.trusted(File);
    return files.update(files.restore(wanted, { event: 'file.reinstated' }), { earlier, supersededBy: null });
  },
});
