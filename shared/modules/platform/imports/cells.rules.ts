import { DomainError, type Shape } from '#kernel';
import type { ImportRule } from './import.entity.ts';
import { plainHeading } from './headers.rules.ts';

/** What amounts without a currency are in. */
export type CellOptions = { readonly currency: string };

const refuse = (code: string, message: string): DomainError => new DomainError(code, message);

/** The text that a rule takes from a row; empty when there is none. */
export const textOf = (rule: ImportRule, cellOf: (column: string) => string): string => {
  const raw =
    rule.template === undefined
      ? cellOf(rule.column ?? '')
      : rule.template.replaceAll(/\{([^{}]+)\}/g, (_, column: string) => cellOf(column));
  const tidy = /[^\x21-\x7e ]| {2}/.test(raw) ? raw.normalize('NFC').replace(/\s+/g, ' ') : raw;
  const text = tidy.trim() || (rule.fallback ?? '');
  return text === '' ? text : meant(rule, lettersOf(rule, partOf(rule, text)));
};

const meant = ({ values = [] }: ImportRule, text: string): string =>
  values.find(({ from }) => from.toLowerCase() === text.toLowerCase())?.to ?? text;

const lettersOf = ({ letters }: ImportRule, text: string): string => {
  if (letters === 'UPPER') return text.toUpperCase();
  if (letters === 'LOWER') return text.toLowerCase();
  if (letters === 'TITLE') return text.toLowerCase().replaceAll(/(^|[\s'-])\p{L}/gu, (found) => found.toUpperCase());
  return text;
};

/** Of a Spanish full name the last two words are family names where there are four, else the last one. */
const partOf = ({ part }: ImportRule, text: string): string => {
  if (part === undefined) return text;
  if (text.includes(',')) {
    const [last = '', first = ''] = text.split(',', 2);
    return (part === 'LAST_NAME' ? last : first).trim();
  }
  const words = text.split(' ');
  const family = words.length > 3 ? 2 : 1;
  return (
    part === 'LAST_NAME'
      ? words.slice(words.length === 1 ? 1 : -family)
      : words.slice(0, Math.max(1, words.length - family))
  ).join(' ');
};

/** The value that a text means for a field. @throws DomainError that says why it means none */
export const valueOf = (shape: Shape, text: string, rule: ImportRule, options: CellOptions): unknown => {
  if (text.startsWith('=')) throw refuse('FORMULA_CELL', 'The cell holds a formula; put its value there.');
  switch (shape.kind) {
    case 'number':
    case 'integer':
      return Number(decimalOf(text, rule));
    case 'decimal':
    case 'percent':
      return decimalOf(text.replace(/%$/, ''), rule);
    case 'money':
      return moneyOf(text, rule, options);
    case 'boolean':
      return booleanOf(text);
    case 'date':
      return dateOf(text, rule);
    case 'dateTime':
      return momentOf(text, rule);
    case 'choice':
      return optionOf(shape, text);
    case 'email':
      return rule.template === undefined ? text : addressOf(text);
    case 'url':
      return /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
    case 'tags':
      return partsOf(text);
    case 'list':
      return partsOf(text).map((each) => valueOf(shape.of.shape, each, rule, options));
    default:
      return text;
  }
};

const partsOf = (text: string): readonly string[] => text.split(/\s*[;|]\s*/).filter((part) => part !== '');

/** A composed address: `Ana Pérez@example.com` is `ana.perez@example.com`. */
const addressOf = (text: string): string => {
  const at = text.lastIndexOf('@');
  return `${plainHeading(text.slice(0, at)).replaceAll(' ', '.')}${text.slice(at)}`;
};

/** `1.234,50`, `1,234.50` and `1 234,5` as exact decimals. */
export const decimalOf = (text: string, { decimals }: Pick<ImportRule, 'decimals'>): string => {
  const digits = text.replace(/[\s\u00a0'’]/g, '');
  const point = decimals === undefined ? guessPoint(digits) : decimals === 'COMMA' ? ',' : '.';
  const other = point === ',' ? '.' : ',';
  const plain = digits.replaceAll(other, '').replace(point, '.');
  if (!/^[-+]?\d+(\.\d+)?$/.test(plain)) throw refuse('NOT_A_NUMBER', `“${text.slice(0, 40)}” is not a number.`);
  return plain;
};

/** The later of two different signs; a single comma before three digits separates thousands. */
const guessPoint = (digits: string): ',' | '.' => {
  const comma = digits.lastIndexOf(',');
  const point = digits.lastIndexOf('.');
  if (comma >= 0 && point >= 0) return comma > point ? ',' : '.';
  if (comma >= 0) return /^[-+]?\d{1,3}(,\d{3})+$/.test(digits) ? '.' : ',';
  return (digits.match(/\./g)?.length ?? 0) > 1 ? ',' : '.';
};

const signs: Readonly<Record<string, string>> = { $: '', US$: 'USD', '€': 'EUR', '£': 'GBP', 'S/': 'PEN' };

const moneyOf = (text: string, rule: ImportRule, { currency }: CellOptions) => {
  const named = /[A-Za-z]{3}|US\$|S\/|[$€£]/.exec(text)?.[0] ?? '';
  const amount = decimalOf(text.replace(named, ''), rule);
  const known = /^[A-Za-z]{3}$/.test(named) ? named.toUpperCase() : signs[named];
  return { amount, currency: (known ?? '') || (rule.currency ?? currency) };
};

const yes = new Set(['si', 'yes', 'true', 'verdadero', '1', 'x', 's', 'y', 'v']);
const no = new Set(['no', 'false', 'falso', '0', 'n', 'f']);

const booleanOf = (text: string): boolean => {
  const plain = plainHeading(text) || text;
  if (yes.has(plain)) return true;
  if (no.has(plain)) return false;
  throw refuse('NOT_YES_OR_NO', `“${text.slice(0, 40)}” is neither yes nor no.`);
};

const notADate = (text: string): DomainError => refuse('NOT_A_DATE', `“${text.slice(0, 40)}” is not a day.`);

/** A day as `YYYY-MM-DD`. */
export const dateOf = (text: string, { dates = 'DMY' }: Pick<ImportRule, 'dates'>): string => {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?$/.exec(text);
  const other = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?:[T ].*)?$/.exec(text);
  if (!iso && !other) throw notADate(text);
  const [, first = '', second = '', third = ''] = iso ?? other ?? [];
  const [year, month, day] = iso
    ? [first, second, third]
    : dates === 'MDY'
      ? [third, first, second]
      : [third, second, first];
  const full = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const moment = new Date(`${full}T00:00:00.000Z`);
  if (Number.isNaN(moment.getTime()) || moment.toISOString().slice(0, 10) !== full) throw notADate(text);
  return full;
};

/** A moment in UTC; a day alone is its beginning. */
export const momentOf = (text: string, rule: Pick<ImportRule, 'dates'>): string => {
  const moment = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? new Date(text) : new Date(Number.NaN);
  return Number.isNaN(moment.getTime()) ? `${dateOf(text, rule)}T00:00:00.000Z` : moment.toISOString();
};

const optionOf = ({ options, labels = {} }: Extract<Shape, { kind: 'choice' }>, text: string): string => {
  const plain = plainHeading(text).replaceAll(' ', '');
  const names = (option: string): readonly string[] => [option, ...Object.values(labels[option] ?? {})];
  const found = options.find((option) =>
    names(option).some((name) => plainHeading(name).replaceAll(' ', '') === plain),
  );
  if (found === undefined)
    throw refuse('NOT_AN_OPTION', `“${text.slice(0, 40)}” is none of ${options.slice(0, 20).join(', ')}.`);
  return found;
};

const kinds: readonly (readonly ['INTEGER' | 'NUMBER' | 'DATE' | 'BOOLEAN' | 'EMAIL' | 'PHONE', RegExp])[] = [
  ['BOOLEAN', /^(true|false|yes|no|s[ií]|verdadero|falso)$/i],
  ['INTEGER', /^[-+]?\d{1,15}$/],
  ['NUMBER', /^[-+]?[$€]?\s?\d[\d.,\s]*\d\s?[%$€]?$/],
  ['DATE', /^(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ].*)?$/],
  ['EMAIL', /^[^\s@]+@[^\s@]+\.[^\s@]+$/],
  ['PHONE', /^\+?[\d\s().-]{7,20}$/],
];

/** What the cells of a column look like. */
export const kindOf = (cells: readonly string[]) => {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (filled.length === 0) return 'EMPTY' as const;
  const fitting = [kinds[0], kinds[3], kinds[1], kinds[2], kinds[4], kinds[5]].find(
    (kind) => kind && filled.every((cell) => kind[1].test(cell)),
  );
  return fitting?.[0] ?? ('TEXT' as const);
};
