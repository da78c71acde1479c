/** The fields of a form by name. In forms with files (RFC 7578) each character stands for one byte. */
export const formFields = (contentType: string, body: string): ReadonlyMap<string, string> => {
  const boundary = /^multipart\/form-data;.*\bboundary="?([^";]+)/i.exec(contentType)?.[1];
  if (boundary === undefined) return new Map(new URLSearchParams(body));
  const parts = `\r\n${body}`.split(`\r\n--${boundary}`).slice(1, -1);
  return new Map(parts.flatMap(fieldOf));
};

const fieldOf = (part: string): readonly (readonly [string, string])[] => {
  const end = part.indexOf('\r\n\r\n');
  const name = /[; ]name="([^"]*)"/i.exec(part.slice(0, end))?.[1];
  return end < 0 || name === undefined ? [] : [[name, part.slice(end + 4)]];
};
