// The form of a vCard: lines with parameters, folded, in encodings of their own (RFC 2426, RFC 6350, vCard 2.1).
import iconv from 'iconv-lite';

/** A line of a vCard: `item1.TEL;TYPE=CELL:+593...`. Parameter names are in capitals, their values as lists. */
export type VCardLine = {
  readonly group?: string;
  readonly name: string;
  readonly parameters: ReadonlyMap<string, readonly string[]>;
  /** The value as written; `componentsOf` and `textOf` take it apart. */
  readonly value: string;
};

/** The cards of a file, each as its lines. Lines outside of cards and without a name are left out. */
export const vCardsIn = (bytes: Uint8Array): readonly (readonly VCardLine[])[] => {
  const cards: VCardLine[][] = [];
  let open: VCardLine[] | undefined;
  for (const text of unfolded(bytes)) {
    const line = lineOf(text);
    if (line?.name === 'BEGIN' && /^vcard$/i.test(line.value)) open = [];
    else if (line?.name === 'END' && open) {
      cards.push(open);
      open = undefined;
    } else if (line) open?.push(line);
  }
  return cards;
};

/**
 * Lines that were broken are put together: a space begins the rest of one (3.0, 4.0), and in quoted-printable (2.1) a `=` ends
 * the part before it. Bytes stay bytes (one letter each) until a line says how it is encoded.
 */
const unfolded = (bytes: Uint8Array): readonly string[] => {
  const lines: string[] = [];
  for (const line of asBytes(bytes).split(/\r\n?|\n/)) {
    const last = lines.at(-1);
    if (last !== undefined && /^[ \t]/.test(line)) lines[lines.length - 1] = last + line.slice(1);
    else if (last?.endsWith('=') === true && /;(?:encoding=)?quoted-printable/i.test(last))
      lines[lines.length - 1] = last.slice(0, -1) + line;
    else lines.push(line);
  }
  return lines;
};

const asBytes = (bytes: Uint8Array): string => {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const narrow = isWide ? Buffer.from(iconv.decode(Buffer.from(bytes), 'utf-16'), 'utf8') : Buffer.from(bytes);
  return narrow.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '');
};

const head = /^(?:([\w-]+)\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)$/s;

const lineOf = (text: string): VCardLine | undefined => {
  const [, group, name, said = '', raw = ''] = head.exec(text) ?? [];
  if (name === undefined) return undefined;
  const parameters = parametersOf(said);
  const value = decoded(raw, parameters);
  return { ...(group !== undefined && { group }), name: name.toUpperCase(), parameters, value };
};

/** In 2.1 a type stands without its name: `;CELL;PREF`. */
const bare = /^(?:quoted-printable|base64|8bit|7bit)$/i;

const parametersOf = (said: string): ReadonlyMap<string, readonly string[]> => {
  const parameters = new Map<string, readonly string[]>();
  for (const part of said.match(/(?:"[^"]*"|[^";])+/g) ?? []) {
    const cut = part.indexOf('=');
    const name = cut >= 0 ? part.slice(0, cut).toUpperCase() : bare.test(part) ? 'ENCODING' : 'TYPE';
    const values = part
      .slice(cut + 1)
      .replaceAll('"', '')
      .split(',')
      .map((value) => utf8(value.trim()));
    parameters.set(name, [...(parameters.get(name) ?? []), ...values]);
  }
  return parameters;
};

/** Letters of a value: quoted-printable and named charsets in 2.1, else UTF-8, else what old phones wrote. */
const decoded = (raw: string, parameters: ReadonlyMap<string, readonly string[]>): string => {
  const encoding = parameters.get('ENCODING')?.[0]?.toLowerCase();
  const isQuoted = encoding === 'quoted-printable';
  const bytes = isQuoted
    ? raw.replace(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : raw;
  const charset = parameters.get('CHARSET')?.[0] ?? 'utf-8';
  if (/^utf-?8$/i.test(charset) || !iconv.encodingExists(charset)) return utf8(bytes);
  return iconv.decode(Buffer.from(bytes, 'latin1'), charset);
};

const utf8 = (bytes: string): string => {
  const raw = Buffer.from(bytes, 'latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return iconv.decode(raw, 'windows-1252');
  }
};

/** A value as text: `\\n`, `\\,` and `\\;` are what they stand for. */
export const textOf = (value: string): string =>
  value.replace(/\\([nN,;:\\])/g, (_, letter: string) => (letter.toLowerCase() === 'n' ? '\n' : letter)).trim();

/** The parts of a value between signs that are not escaped: `Vega;Ana;;;`. */
export const componentsOf = (value: string, between = ';'): readonly string[] =>
  (value.match(new RegExp(`(?:\\\\.|[^\\\\${between}])+|(?<=${between}|^)(?=${between}|$)`, 'gs')) ?? []).map(textOf);

/** Text as it is written into a value. */
export const escaped = (text: string): string =>
  text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r\n?|\n/g, '\\n');

/** Lines of at most 75 bytes; no letter is cut in two. */
export const folded = (line: string): string => {
  const parts: string[] = [];
  let part = '';
  for (const letter of line) {
    if (Buffer.byteLength(part + letter) > (parts.length === 0 ? 75 : 74)) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  parts.push(part);
  return parts.join('\r\n ');
};
