import type { Money } from '#kernel';
import { formatDay, formatDecimal, formatMoment, formatMoney, type Writing } from './formats.rules.ts';

/** A value in a document; it is written the way that its reader's country writes it. */
export type DocumentValue =
  | string
  | { readonly money: Money }
  | { readonly decimal: string }
  | { readonly percent: string }
  | { readonly day: string }
  | { readonly moment: string }
  /** PNG or JPEG, in a table; what cannot be shown leaves its place empty. */
  | { readonly picture: Uint8Array };

/** A name with what it stands for. */
export type Fact = { readonly label: string; readonly value: DocumentValue };

/** One of those whom the document concerns: who sends it, who gets it. */
export type DocumentParty = { readonly heading: string; readonly name: string; readonly lines?: readonly string[] };

/** A column; numbers stand right. `weight` is its share of the width, 1 when not said. */
export type DocumentColumn = {
  readonly label: string;
  readonly align?: 'left' | 'right';
  readonly weight?: number;
};

/** Rows under columns, with sums below the last column. */
export type DocumentTable = {
  readonly columns: readonly DocumentColumn[];
  readonly rows: readonly (readonly DocumentValue[])[];
  /** The last one that `isTotal` is what there is to pay. */
  readonly totals?: readonly (Fact & { readonly isTotal?: boolean })[];
};

/** A part of a document, in this order: heading, facts, table, text, picture. */
export type DocumentSection = {
  readonly heading?: string;
  readonly facts?: readonly Fact[];
  readonly table?: DocumentTable;
  readonly text?: string;
  /** PNG or JPEG. */
  readonly picture?: Uint8Array;
};

/** A document that a company sends: a quote, an invoice, a summary. */
export type DocumentModel = {
  readonly title: string;
  readonly number?: string;
  /** Beside the title: date, due date, validity. */
  readonly facts?: readonly Fact[];
  readonly parties?: readonly DocumentParty[];
  readonly sections: readonly DocumentSection[];
  readonly notes?: string;
  /** Conditions, numbered. */
  readonly clauses?: readonly string[];
  /** The moment that the file says it was made at; the same model at the same moment is the same bytes. */
  readonly madeAt: string;
};

/** Whose paper it is written on. */
export type Letterhead = {
  readonly name: string;
  readonly legalName?: string;
  readonly taxId?: string;
  /** `#rrggbb` */
  readonly primary: string;
  readonly accent: string;
  /** PNG or JPEG. */
  readonly logo?: Uint8Array;
};

/** A value as the document shows it. */
export const writeValue = (value: DocumentValue, writing: Writing): string => {
  if (typeof value === 'string') return value;
  if ('money' in value) return formatMoney(value.money, writing);
  if ('decimal' in value) return formatDecimal(value.decimal, writing);
  if ('percent' in value) return `${formatDecimal(value.percent, writing)} %`;
  if ('day' in value) return formatDay(value.day, writing);
  if ('picture' in value) return '';
  return formatMoment(value.moment, writing);
};

/** The letters and signs that the fonts have: Latin, Greek, Cyrillic, their accents, punctuation, currencies. */
const shown =
  /^(?:[\n\x20-\x7e\xa1-\xac\xae-\u024f\u0391-\u03a1\u03a3-\u03ce\u0400-\u045f\u0490-\u0493\u1e00-\u1ef9\u2010-\u2027\u2030\u2032\u2033\u2039\u203a\u2044\u2070\u2074-\u208e\u20a0-\u20bf\u2116\u2122\u2212\ufb01\ufb02]|[\u0300-\u0304\u0306-\u030c\u0323-\u0328])$/u;

/** Shows only where a line breaks at it, which ours do not: it would be a space to whoever copies the text. */
const softHyphen = '\u00ad';

/** Text in the letters that the fonts have: what they lack is put more plainly, and as a last resort becomes a question mark. */
export const printable = (text: string): string =>
  Array.from(text.normalize('NFC').replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replaceAll(softHyphen, ''), (sign) => {
    if (shown.test(sign)) return sign;
    const plain = sign.normalize('NFKD').replace(/\p{M}/gu, '');
    return plain !== '' && Array.from(plain).every((each) => shown.test(each)) ? plain : '?';
  }).join('');

/** A colour mixed with white: `share` 0 is white, 1 the colour. */
export const tint = (colour: string, share: number): string => {
  const mixed = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16);
    return Math.round(255 - (255 - part) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
};

/** The words that the paper itself says. */
export const paperWords = {
  es: { page: 'Página', of: 'de', notes: 'Notas', clauses: 'Condiciones' },
  en: { page: 'Page', of: 'of', notes: 'Notes', clauses: 'Terms' },
} as const;
