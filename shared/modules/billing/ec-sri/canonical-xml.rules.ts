// XML that is canonical as it is written (C14N 1.0): what is signed and what is sent are the same bytes, and nothing has to be
// parsed and brought into form first. Attributes come in the order of their names, declarations of namespaces before them.

/**
 * An element's content: text, child elements in their order, several of one name as a list. Names with `@` are attributes, those
 * with `@ ` declare namespaces.
 */
export type Element = { readonly [name: string]: string | Element | readonly Element[] | undefined };

/** An element with all that is in it. What is undefined is left out. */
export const canonicalXml = (name: string, content: string | Element): string => {
  if (typeof content === 'string') return `<${name}>${textOf(content)}</${name}>`;
  const entries = Object.entries(content);
  const attributes = entries
    .flatMap(([each, value]) => (each.startsWith('@') && typeof value === 'string' ? [[each, value] as const] : []))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([each, value]) => ` ${each.slice(1).trim()}="${attributeOf(value)}"`);
  const inside = entries.filter(([each]) => !each.startsWith('@')).map(([each, value]) => childrenOf(each, value));
  return `<${name}${attributes.join('')}>${inside.join('')}</${name}>`;
};

/** The name under which an element with attributes keeps its text. */
export const textName = '#text';

const childrenOf = (name: string, value: Element[string]): string => {
  if (value === undefined) return '';
  if (name === textName && typeof value === 'string') return textOf(value);
  return isList(value) ? value.map((each) => canonicalXml(name, each)).join('') : canonicalXml(name, value);
};

const isList = (value: string | Element | readonly Element[]): value is readonly Element[] => Array.isArray(value);

const textOf = (text: string): string => text.replace(/[&<>\r]/g, (sign) => references[sign] ?? sign);

const attributeOf = (text: string): string => text.replace(/[&<"\t\n\r]/g, (sign) => references[sign] ?? sign);

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};
