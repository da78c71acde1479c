import { date, decimal, DomainError, email, phone, type AnyField, type Locale } from '#kernel';
import { accept } from '#kernel/validate-accept';
import { schemaOfField } from '#kernel/validate-fields';
import type { FormPart } from '#modules/platform/links';
import type { FormField } from './form.entity.ts';
import type { Agreed, FilledValues, FormAnswer } from './form-submission.entity.ts';

/** What may be wrong with an answer; pages say it in the visitor's words. */
export type AnswerProblem = 'REQUIRED' | 'INVALID' | 'TOO_LONG' | 'TOO_LARGE' | 'TYPE_REFUSED';

/** A file that came with a submission: one character a byte. */
export type SentFile = Required<FormPart>;

/** What a submission says, and what is wrong with it by field. */
export type Answers = {
  readonly answers: readonly FormAnswer[];
  readonly values: FilledValues;
  readonly agreed: readonly Agreed[];
  readonly files: readonly SentFile[];
  readonly problems: ReadonlyMap<string, AnswerProblem>;
};

/** In which language, and whose national numbers are meant. */
export type Reading = { readonly locale: Locale; readonly country: string };

type Value = FilledValues[string];
/** One answer: `shown` is what people read, `value` what records take. */
type Answer = { readonly shown: string; readonly value: Value } | { readonly problem: AnswerProblem } | undefined;

const mebibyte = 1024 * 1024;
const yes = { es: 'Sí', en: 'Yes' } as const;

/** Reads what was sent. What is hidden says what the form says, whatever was sent in its place. */
export const readAnswers = (fields: readonly FormField[], parts: readonly FormPart[], reading: Reading): Answers => {
  const read = fields.map((field) => ({ field, answer: answerTo(field, partsOf(field, parts), reading) }));
  const given = read.flatMap(({ field, answer }) => (answer && 'shown' in answer ? [{ field, ...answer }] : []));
  return {
    answers: given.map(({ field, shown }) => ({ key: field.key, label: field.label[reading.locale], value: shown })),
    values: Object.fromEntries(
      given.flatMap(({ field, value }) => (field.fills ? [[field.fills, value] as const] : [])),
    ),
    agreed: given.flatMap(({ field }) => agreedTo(field, reading.locale)),
    files: given.flatMap(({ field }) =>
      field.kind === 'FILE' ? partsOf(field, parts).filter(isFile).slice(0, 1) : [],
    ),
    problems: new Map(
      read.flatMap(({ field, answer }) => {
        if (answer && 'problem' in answer) return [[field.key, answer.problem] as const];
        return field.required && !answer ? [[field.key, 'REQUIRED'] as const] : [];
      }),
    ),
  };
};

const partsOf = ({ key }: FormField, parts: readonly FormPart[]): readonly FormPart[] =>
  parts.filter(({ name, value }) => name === key && value.trim() !== '');

const isFile = (part: FormPart): part is SentFile => part.fileName !== undefined && part.contentType !== undefined;

const agreedTo = ({ key: field, consent }: FormField, locale: Locale): readonly Agreed[] => {
  if (!consent) return [];
  const { purpose, channels, wording, version } = consent;
  return [{ field, purpose, channels, wording: wording[locale], version }];
};

const answerTo = (field: FormField, parts: readonly FormPart[], reading: Reading): Answer => {
  const [first] = parts;
  if (field.kind === 'HIDDEN') return { shown: field.value ?? '', value: field.value ?? '' };
  if (!first) return undefined;
  if (field.kind === 'FILE') return fileAnswer(field, first);
  if (field.kind === 'CHECKBOX' || field.kind === 'CONSENT') return { shown: yes[reading.locale], value: true };
  if (field.kind === 'CHOICE' || field.kind === 'CHOICES') return chosen(field, parts, reading.locale);
  return written(field, first.value, reading.country);
};

const fileAnswer = ({ most = 4, types }: FormField, part: FormPart): Answer => {
  if (!isFile(part)) return { problem: 'INVALID' };
  if (part.value.length > most * mebibyte) return { problem: 'TOO_LARGE' };
  const type = part.contentType.toLowerCase();
  const isTaken = types.length === 0 || types.some((each) => each === type || type.startsWith(each.replace(/\*$/, '')));
  return isTaken ? { shown: part.fileName, value: part.fileName } : { problem: 'TYPE_REFUSED' };
};

const chosen = ({ kind, options }: FormField, parts: readonly FormPart[], locale: Locale): Answer => {
  const keys = [...new Set(parts.map(({ value }) => value))];
  const found = options.filter(({ key }) => keys.includes(key));
  if (found.length !== keys.length || (kind === 'CHOICE' && keys.length > 1)) return { problem: 'INVALID' };
  const shown = found.map(({ label }) => label[locale]).join(', ');
  return { shown, value: kind === 'CHOICE' ? (keys[0] ?? '') : keys };
};

const kinds: Readonly<Partial<Record<FormField['kind'], AnyField>>> = {
  EMAIL: email(),
  PHONE: phone(),
  DATE: date(),
  NUMBER: decimal(),
};

const written = ({ kind, most }: FormField, sent: string, country: string): Answer => {
  const isLong = kind === 'LONG_TEXT';
  const text = tidy(sent, isLong);
  if (text.length > (most ?? (isLong ? 4000 : 200))) return { problem: 'TOO_LONG' };
  const shape = kinds[kind];
  if (!shape) return { shown: text, value: text };
  try {
    const value = String(accept(schemaOfField(shape, country), kind === 'NUMBER' ? text.replace(',', '.') : text));
    return { shown: value, value: kind === 'NUMBER' ? Number(value) : value };
  } catch (error) {
    if (error instanceof DomainError) return { problem: 'INVALID' };
    throw error;
  }
};

/** Control characters have no place in records; lines end in one way. */
const tidy = (text: string, isLong: boolean): string =>
  isLong
    ? text
        .replace(/\r\n?/g, '\n')
        .replace(/[^\P{Cc}\n\t]/gu, ' ')
        .trim()
    : text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
