import type { AnyField, CustomField, Filter, Labels, Shape } from '#kernel';
import { parseValue } from '#kernel/validate';
import type { Definition } from './definition.rules.ts';
import { hasOptions, hasWords, isExact, kernelKinds } from './kinds.rules.ts';

type Defined = Definition & {
  readonly labels: Labels;
  readonly help?: Labels;
  readonly required: boolean;
  readonly requiredFrom?: string;
  readonly default?: unknown;
  readonly appliesTo?: Filter;
  readonly retired: boolean;
  readonly indexing?: boolean;
};

/** The field and the rules of a definition, in the kernel's words. */
export const customFieldFrom = (defined: Defined): CustomField => {
  const field = fieldFrom(defined);
  return {
    field,
    retiredOptions: defined.options.flatMap(({ key, retired }) => (retired ? [key] : [])),
    tokens: defined.searchable && isExact(defined.kind),
    indexed: defined.searchable && isExact(defined.kind) && defined.indexing !== true,
    ...(defined.default !== undefined && { default: parseValue(field, defined.default) }),
    ...(defined.required && { requiredFrom: defined.requiredFrom ?? '' }),
    ...(defined.appliesTo && { appliesTo: defined.appliesTo }),
  };
};

/** The field of a definition. */
export const fieldFrom = (defined: Defined): AnyField => {
  const { labels, help, sensitive, retired, searchable, kind } = defined;
  const named = labels.es === labels.en ? labels.en : `${labels.en} / ${labels.es}`;
  return {
    shape: shapeFrom(defined),
    presence: 'optional',
    describes: help ? `${named}. ${help.en}` : `${named}.`,
    labels,
    ...(sensitive && { sensitive }),
    ...(retired && { retired }),
    ...(searchable && !sensitive && hasWords(kind) && { search: 'words' as const }),
  };
};

/** The kernel's shape of a definition. */
export const shapeFrom = (defined: Definition): Shape =>
  defined.kind === 'MULTI_CHOICE'
    ? { kind: 'list', of: { shape: choiceFrom(defined), presence: 'required', describes: '' }, max: 50 }
    : makers[kernelKinds[defined.kind] as keyof typeof makers](defined);

const choiceFrom = ({ options, kind, recordType, key }: Definition): Shape => ({
  kind: 'choice',
  options: options.map((option) => option.key),
  labels: Object.fromEntries(options.map((option) => [option.key, option.labels])),
  ...(hasOptions(kind) && { named: `${recordType}Custom${key.charAt(0).toUpperCase()}${key.slice(1)}Option` }),
});

/** GraphQL's whole numbers have 32 bits. */
const mostInteger = 2 ** 31 - 1;

const plain = (kind: 'boolean' | 'date' | 'dateTime' | 'money' | 'email' | 'phone' | 'url') => (): Shape => ({ kind });

const numbers = ({ min, max }: Definition) => ({
  ...(min !== undefined && { min: Number(min) }),
  ...(max !== undefined && { max: Number(max) }),
});
const decimals = ({ min, max }: Definition) => ({
  ...(min !== undefined && { min }),
  ...(max !== undefined && { max }),
});

const makers = {
  text: (defined: Definition): Shape => ({
    kind: 'text',
    max: Number(defined.max ?? 500),
    ...(defined.min !== undefined && { min: Number(defined.min) }),
    ...(defined.mask !== undefined && { pattern: patternOf(defined.mask), form: defined.mask }),
  }),
  longText: ({ max }: Definition): Shape => ({ kind: 'longText', max: Number(max ?? 10_000) }),
  number: (defined: Definition): Shape => ({ kind: 'number', ...numbers(defined) }),
  integer: (defined: Definition): Shape => ({
    kind: 'integer',
    min: -mostInteger,
    max: mostInteger,
    ...numbers(defined),
  }),
  decimal: (defined: Definition): Shape => ({ kind: 'decimal', scale: defined.decimals ?? 6, ...decimals(defined) }),
  percent: ({ min = '0', max = '100' }: Definition): Shape => ({ kind: 'percent', min, max }),
  boolean: plain('boolean'),
  date: plain('date'),
  dateTime: plain('dateTime'),
  money: plain('money'),
  email: plain('email'),
  phone: plain('phone'),
  url: plain('url'),
  choice: choiceFrom,
  ref: ({ refersTo = '*' }: Definition): Shape => ({ kind: 'ref', to: refersTo }),
};

const signs: Readonly<Record<string, string>> = { '0': '\\d', A: '\\p{L}', '*': '[\\p{L}\\p{N}]' };

/** A form as an expression: one sign after the other, so that no text takes long to compare. */
export const patternOf = (mask: string): RegExp =>
  new RegExp(`^${Array.from(mask, (sign) => signs[sign] ?? literal(sign)).join('')}$`, 'u');

const literal = (sign: string): string => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`;
