import { DomainError } from '#kernel';

const mebibyte = 1024 * 1024;

/** The most bytes of each kind of file; the first that fits counts. */
const limits: readonly (readonly [RegExp, number])[] = [
  [/^image\//, 20 * mebibyte],
  [/^video\//, 500 * mebibyte],
  [/^audio\//, 200 * mebibyte],
  [/^text\//, 50 * mebibyte],
  [/./, 100 * mebibyte],
];

/** What a machine would run, by its name; a browser runs the last three. */
const runnable =
  /\.(exe|dll|com|scr|msi|msp|bat|cmd|ps1|vbs|vbe|js|jse|mjs|wsf|wsh|hta|jar|sh|bash|app|apk|dmg|pkg|deb|rpm|bin|cpl|lnk|reg|pif|gadget|iso|html?|xhtml|svgz?)$/i;
const runnableTypes =
  /^(application\/(x-ms(download|dos-program|i)|x-executable|x-sh|x-bat|java-archive|javascript|xhtml\+xml|x-mach-binary|vnd\.android\.package-archive)|text\/(html|javascript|x-shellscript)|image\/svg\+xml)\b/i;

/** The most bytes that a file of this type may have. */
export const sizeLimit = (contentType: string): number =>
  limits.find(([pattern]) => pattern.test(contentType))?.[1] ?? 0;

/** Whether the file may be stored at all. @throws FILE_TYPE_REFUSED, FILE_TOO_LARGE, BAD_INPUT */
export const assertStorable = (name: string, contentType: string, size: number): void => {
  if (!/^[\w.+-]+\/[\w.+-]+(\s*;.*)?$/.test(contentType))
    throw new DomainError('BAD_INPUT', 'Must be a media type, as application/pdf.', ['contentType']);
  if (runnable.test(name.trim()) || runnableTypes.test(contentType))
    throw new DomainError('FILE_TYPE_REFUSED', 'Programs and web pages are not stored.', ['name']);
  const most = sizeLimit(contentType);
  if (size > most)
    throw new DomainError('FILE_TOO_LARGE', `Such a file has at most ${String(most / mebibyte)} MiB.`, ['size']);
};

/** A name without folders and characters that file systems refuse. */
export const cleanName = (name: string): string =>
  name
    .replace(/^.*[/\\]/, '')
    .replace(/[<>:"|?*]/g, '_')
    .trim() || 'file';

/** Where the bytes of a file lie. */
export const fileKey = (tenant: string, id: string): string => `${tenant}/files/${id}`;
