import type { Context } from '#kernel';
import { contentProblem } from './content.rules.ts';
import { kindOf } from './content.operations.ts';
import type { FileRow } from './file.entity.ts';
import { storeFile } from './file.operations.ts';
import { assertStorable } from './file.rules.ts';

/** Bytes that somebody outside gave, with what they say that these are. */
export type Foreign = {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly record: string;
};

/**
 * Keeps bytes from outside as the kind of file that they are themselves; what nobody can tell is what it is said to be.
 * @throws FILE_TYPE_REFUSED, FILE_TOO_LARGE, FILE_DIFFERS
 */
export const storeForeignFile = async (context: Context, foreign: Foreign): Promise<FileRow> => {
  const kind = await kindOf(foreign.body);
  const contentType = kind?.mime ?? foreign.contentType;
  const name = kind && !foreign.name.includes('.') ? `${foreign.name}.${kind.ext}` : foreign.name;
  assertStorable(name, contentType, foreign.body.length);
  const problem = contentProblem(contentType, kind?.mime);
  if (problem) throw problem;
  return storeFile(context, { ...foreign, name, contentType });
};
