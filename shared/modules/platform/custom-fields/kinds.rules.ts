import type { Kind } from '#kernel';

/** What the values of a custom field may be. */
export const fieldKinds = [
  'TEXT',
  'LONG_TEXT',
  'NUMBER',
  'INTEGER',
  'DECIMAL',
  'BOOLEAN',
  'DATE',
  'DATE_TIME',
  'CHOICE',
  'MULTI_CHOICE',
  'MONEY',
  'PERCENT',
  'EMAIL',
  'PHONE',
  'URL',
  'REFERENCE',
] as const;
export type FieldKind = (typeof fieldKinds)[number];

/** Kinds that take every value of another: what a definition may change to without breaking a record. */
const wider: Partial<Readonly<Record<FieldKind, readonly FieldKind[]>>> = {
  TEXT: ['LONG_TEXT'],
  INTEGER: ['NUMBER', 'DECIMAL'],
  PERCENT: ['DECIMAL'],
  CHOICE: ['TEXT', 'LONG_TEXT'],
  EMAIL: ['TEXT', 'LONG_TEXT'],
  PHONE: ['TEXT', 'LONG_TEXT'],
};

/** What a kind may become. */
export const widerKinds = (kind: FieldKind): readonly FieldKind[] => wider[kind] ?? [];

/** Kinds whose words the search finds. */
const worded: ReadonlySet<FieldKind> = new Set(['TEXT', 'LONG_TEXT', 'INTEGER', 'EMAIL', 'PHONE', 'URL', 'CHOICE']);
/** Kinds whose exact values lists are served by. */
const exact: ReadonlySet<FieldKind> = new Set([
  'TEXT',
  'INTEGER',
  'DECIMAL',
  'BOOLEAN',
  'DATE',
  'CHOICE',
  'EMAIL',
  'PHONE',
  'URL',
  'REFERENCE',
]);

export const hasWords = (kind: FieldKind): boolean => worded.has(kind);
export const isExact = (kind: FieldKind): boolean => exact.has(kind);
export const hasOptions = (kind: FieldKind): boolean => kind === 'CHOICE' || kind === 'MULTI_CHOICE';
export const hasLength = (kind: FieldKind): boolean => kind === 'TEXT' || kind === 'LONG_TEXT';
export const hasRange = (kind: FieldKind): boolean => ['NUMBER', 'INTEGER', 'DECIMAL', 'PERCENT'].includes(kind);

/** The kernel's word for a kind of one value. */
export const kernelKinds: Readonly<Record<Exclude<FieldKind, 'MULTI_CHOICE'>, Kind>> = {
  TEXT: 'text',
  LONG_TEXT: 'longText',
  NUMBER: 'number',
  INTEGER: 'integer',
  DECIMAL: 'decimal',
  BOOLEAN: 'boolean',
  DATE: 'date',
  DATE_TIME: 'dateTime',
  CHOICE: 'choice',
  MONEY: 'money',
  PERCENT: 'percent',
  EMAIL: 'email',
  PHONE: 'phone',
  URL: 'url',
  REFERENCE: 'ref',
};
