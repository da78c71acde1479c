/** One field of a form as it was sent. `fileName` and `contentType` where it is a file; its bytes are then one a character. */
export type FormPart = {
  readonly name: string;
  readonly value: string;
  readonly fileName?: string;
  readonly contentType?: string;
};

/** The fields of a form in order, those of several values several times. In forms with files (RFC 7578) each character of `body` stands for one byte. */
export const formParts = (contentType: string, body: string): readonly FormPart[] => {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)/i.exec(contentType)?.[1];
  if (boundary === undefined) return [...new URLSearchParams(body)].map(([name, value]) => ({ name, value }));
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return parts.flatMap(partOf);
};

/** The fields of a form by name; of several values the last. */
export const formFields = (contentType: string, body: string): ReadonlyMap<string, string> =>
  new Map(formParts(contentType, body).map(({ name, value }) => [name, value]));

const partOf = (part: string): readonly FormPart[] => {
  const end = part.indexOf('\r\n\r\n');
  const head = inUtf8(part.slice(0, Math.max(0, end)));
  const name = /[; ]name="([^"]*)"/i.exec(head)?.[1];
  if (end < 0 || name === undefined) return [];
  const value = part.slice(end + 4);
  const fileName = /[; ]filename="([^"]*)"/i.exec(head)?.[1];
  if (fileName === undefined) return [{ name, value: inUtf8(value) }];
  return [{ name, value, fileName, contentType: /^content-type:\s*(\S+)/im.exec(head)?.[1] ?? 'text/plain' }];
};

/** Bytes that came one a character, as the text that they say. */
const inUtf8 = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');
