/** What decides how a number looks. */
export type NumberStyle = { readonly prefix: string; readonly digits: number; readonly yearly: boolean };

/** Where the tenant has said nothing: five digits, no prefix, no year. */
export const plainStyle: NumberStyle = { prefix: '', digits: 5, yearly: false };

/** The counter that a kind of document counts on: one a year where the series is yearly. */
export const counterOf = (kind: string, { yearly }: NumberStyle, day: string): string =>
  yearly ? `${kind}/${day.slice(0, 4)}` : kind;

/** A number as people see it. */
export const formatNumber = (number: number, { prefix, digits, yearly }: NumberStyle, day: string): string =>
  [prefix, yearly ? day.slice(0, 4) : '', String(number).padStart(digits, '0')].filter((part) => part !== '').join('-');
