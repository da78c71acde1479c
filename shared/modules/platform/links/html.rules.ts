/** Text that is HTML already. */
export type Html = { readonly html: string };

type Value = string | number | Html | undefined | readonly (string | Html)[];

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML shows it, in elements and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

/** HTML from a template; what is put in is escaped unless it is HTML itself. */
export const markup = (pieces: TemplateStringsArray, ...values: readonly Value[]): Html => ({
  html: pieces.map((piece, index) => `${piece}${textOf(values[index])}`).join(''),
});

const textOf = (value: Value): string => {
  if (value === undefined) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeHtml(String(value));
  if ('html' in value) return value.html;
  return value.map((each) => textOf(each)).join('');
};
