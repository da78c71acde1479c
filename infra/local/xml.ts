// The little XML that S3 and SES speak.

/** A value in an XML answer: text, or elements; a list repeats its element. */
export type XmlValue = string | number | boolean | readonly XmlFields[] | XmlFields;

/** Elements by name. */
export type XmlFields = { readonly [name: string]: XmlValue };

/** A document with one root element. */
export const toXml = (root: string, fields: XmlFields, namespace?: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${namespace ? ` xmlns="${namespace}"` : ''}>${content(fields)}</${root}>`;

/** What the elements of one name hold in a document. Good for the flat lists that SDKs send. */
export const textsOf = (name: string, xml: string): readonly string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text = '']) => unescape(text));

/** Text with the characters replaced that XML and HTML give a meaning. */
export const escapeXml = (text: string): string =>
  text.replace(/[<>&"']/g, (character) => entities[character] ?? character);

const entities: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  "'": '&#39;',
};

const content = (value: XmlValue): string => {
  if (typeof value !== 'object') return escapeXml(String(value));
  return Object.entries(value)
    .map(([name, child]) => element(name, child))
    .join('');
};

const element = (name: string, child: XmlValue): string =>
  (Array.isArray(child) ? child : [child]).map((each: XmlValue) => `<${name}>${content(each)}</${name}>`).join('');

const unescape = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot|apos|#\d+|#x[0-9a-f]+);/gi, (_, name: string) => {
    if (name.startsWith('#'))
      return String.fromCodePoint(Number(name.startsWith('#x') ? `0${name.slice(1)}` : name.slice(1)));
    return { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }[name.toLowerCase()] ?? '';
  });
