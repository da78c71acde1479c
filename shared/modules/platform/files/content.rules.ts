import { DomainError } from '#kernel';

const programs =
  /^application\/(x-(msdownload|elf|mach-binary|apple-diskimage|rpm|deb|executable|sharedlib|object)|vnd\.(android\.package-archive|microsoft\.portable-executable)|java-(vm|archive)|wasm|x-msi)$/;

/** Kinds that always begin with bytes of their own: what says that it is one must be one. */
const telling = /^(image|audio|video)\/|^application\/pdf$/;

/** Why bytes of this type (absent when they do not say) are not stored as such a file; nothing when they may be. */
export const contentProblem = (contentType: string, found: string | undefined): DomainError | undefined => {
  if (found !== undefined && programs.test(found))
    return new DomainError('FILE_TYPE_REFUSED', 'The bytes are a program; programs are not stored.', ['id']);
  const [declared = ''] = contentType.toLowerCase().split(/\s*;/);
  if (!telling.test(declared) || familyOf(found) === familyOf(declared)) return undefined;
  const message = `The file was announced as ${declared}; its bytes are ${found ?? 'something else'}.`;
  return new DomainError('FILE_DIFFERS', message, ['id']);
};

/** An image of another format is still an image; phones rename them. */
const familyOf = (type: string | undefined): string | undefined =>
  type?.startsWith('application/') ? type : type?.split('/')[0];
