// One zod schema per kind of value: what is accepted, how it is tidied, and what is said when it is not accepted.
import * as z from 'zod/mini';
import { canonicalDecimal, compareDecimals, maxWholeDigits, scaleOf, wholeDigitsOf } from './decimals.ts';
import type { FieldMap, Kind, Shape } from './fields.ts';
import { isId } from './ids.ts';
import { about, say, type Schema } from './validate-messages.ts';
import { moneySchema } from './validate-money.ts';
import { isStorableNumber, whyNotJson } from './validate-json.ts';
import { controlInLine, controlInText, emailForm, phoneIn, isWebAddress } from './validate-text.ts';

/** What a shape needs to become a schema: how objects inside it are made, and whose national phone numbers are meant. */
export type Making = {
  readonly object: (fields: FieldMap, custom?: true) => Schema;
  readonly country?: string | undefined;
};

/** The schema of a shape. @throws TypeError for pages, which are answers only */
export const schemaOf = (shape: Shape, making: Making): Schema => makers[shape.kind](shape as never, making);

type ShapeOf<K extends Kind, S extends Shape = Shape> = S extends { kind: infer Own }
  ? K extends Own
    ? S
    : never
  : never;

const maxParts = 500;
const maxTag = 50;
const percentScale = 6;

const tidyLine = (text: string): string => text.normalize('NFC').trim();
const tidyText = (text: string): string => tidyLine(text.replace(/\r\n?/g, '\n'));
const tidyEmail = (text: string): string => {
  const mail = tidyLine(text);
  const at = mail.lastIndexOf('@');
  return mail.slice(0, at) + mail.slice(at).toLowerCase();
};

const stringSchema = (tidy?: (text: string) => string) => {
  const schema = z.string({ error: say('Must be text.') });
  return tidy ? schema.check(z.overwrite(tidy)) : schema;
};

/** Length in characters, as people and JSON Schema count; `length` alone decides nearly always. */
const longerThan = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || Array.from(text).length > max);

const atMost = (max: number) =>
  z.refine<string>((text) => !longerThan(text, max), `Must be at most ${String(max)} characters.`);

const textSchema = ({ max, min = 1, pattern, form }: ShapeOf<'text'>): Schema => {
  const checks = [
    atMost(max),
    z.refine<string>(
      (text) => text.length >= min,
      min === 1 ? 'Must not be empty.' : `Must be at least ${String(min)} characters.`,
    ),
    z.refine<string>((text) => !controlInLine.test(text), 'Must be one line without control characters.'),
    ...(pattern
      ? [z.refine<string>((text) => text.search(pattern) >= 0, `Must have the form ${form ?? pattern.source}.`)]
      : []),
  ];
  const limits = { maxLength: max, ...(min > 0 && { minLength: min }), ...(pattern && { pattern: pattern.source }) };
  return stringSchema(tidyLine)
    .check(...checks)
    .register(about, limits);
};

const longTextSchema = ({ max }: ShapeOf<'longText'>): Schema =>
  stringSchema(tidyText)
    .check(
      atMost(max),
      z.refine((text) => text.length > 0, 'Must not be empty.'),
      z.refine((text) => !controlInText.test(text), 'Must not hold control characters other than line ends and tabs.'),
    )
    .register(about, { maxLength: max, minLength: 1 });

const numberSchema = ({ kind, min, max }: ShapeOf<'number'>): Schema => {
  const whole = kind === 'integer';
  const schema = whole
    ? z.int({ error: say('Must be a whole number.') })
    : z.number({ error: say('Must be a number.') });
  return schema.check(
    z.overwrite((value) => (value === 0 ? 0 : value)),
    z.refine(isStorableNumber, 'Must be a number of ordinary size.'),
    ...(min === undefined ? [] : [z.gte(min, `Must be ${String(min)} or more.`)]),
    ...(max === undefined ? [] : [z.lte(max, `Must be ${String(max)} or less.`)]),
  );
};

const decimalSchema = ({ scale, min, max }: { scale: number; min?: string; max?: string }): Schema =>
  stringSchema()
    .check(
      converted((text) => canonicalDecimal(text.trim()), 'Must be a decimal number, as "12.5".'),
      z.refine((value) => scaleOf(value) <= scale, `Must have at most ${String(scale)} decimals.`),
      z.refine(
        (value) => wholeDigitsOf(value) <= maxWholeDigits,
        `Must have at most ${String(maxWholeDigits)} digits before the point.`,
      ),
      ...(min === undefined
        ? []
        : [z.refine<string>((value) => compareDecimals(value, min) >= 0, `Must be ${min} or more.`)]),
      ...(max === undefined
        ? []
        : [z.refine<string>((value) => compareDecimals(value, max) <= 0, `Must be ${max} or less.`)]),
    )
    .register(about, { format: 'decimal' });

const dateTimeSchema = (): Schema => {
  const message = 'Must be a moment with its offset, as 2026-01-31T09:30:00-05:00.';
  return z.iso.datetime({ offset: true, abort: true, error: say(message) }).check(converted(toUtc, message));
};

const toUtc = (text: string): string | undefined => {
  const moment = new Date(text).toISOString();
  // Years before 0 and after 9999 are written with a sign, which would not sort.
  return moment.length === 24 ? moment : undefined;
};

const emailSchema = (): Schema =>
  stringSchema(tidyEmail)
    .check(z.refine((mail) => emailForm.test(mail), 'Must be an e-mail address.'))
    .register(about, { format: 'email' });

const urlSchema = (): Schema =>
  stringSchema(tidyLine)
    .check(z.refine(isWebAddress, 'Must be a web address, https://... or http://...'))
    .register(about, { format: 'uri' });

const phoneSchema = (country: string | undefined): Schema =>
  stringSchema()
    .check(
      converted(
        (text) => phoneIn(text, country),
        country
          ? `Must be a phone number, international or of ${country}.`
          : 'Must be an international phone number, as +593991234567.',
      ),
    )
    .register(about, { format: 'phone' });

const jsonSchema = (): Schema =>
  z.unknown().check((payload) => {
    const flaw =
      payload.value === undefined || payload.value === null ? 'Must have a value.' : whyNotJson(payload.value);
    if (flaw) payload.issues.push({ code: 'custom', message: flaw, input: payload.value });
  });

const tagsSchema = (max: number): Schema =>
  z.array(textSchema({ kind: 'text', max: maxTag }), { error: say('Must be a list of labels.') }).check(
    z.overwrite((tags) => [...new Set(tags)]),
    atMostValues(max),
  );

const listSchema = (element: Schema, max: number): Schema =>
  z.array(element, { error: say('Must be a list.') }).check(atMostValues(max));

const atMostValues = (max: number) => z.maxLength(max, `Must have at most ${String(max)} values.`);

/** A check that tidies the value, or refuses it where `convert` has no answer. */
const converted =
  (convert: (text: string) => string | undefined, message: string) =>
  (payload: z.core.ParsePayload<string>): void => {
    const value = convert(payload.value);
    if (value === undefined) payload.issues.push({ code: 'custom', message, input: payload.value });
    else payload.value = value;
  };

const listed = (options: readonly string[]): string =>
  options.length <= 20
    ? options.join(', ')
    : `${options.slice(0, 20).join(', ')} and ${String(options.length - 20)} more`;

const makers: { readonly [K in Kind]: (shape: ShapeOf<K>, making: Making) => Schema } = {
  text: textSchema,
  longText: longTextSchema,
  number: numberSchema,
  integer: numberSchema,
  decimal: decimalSchema,
  percent: (shape) => decimalSchema({ ...shape, scale: percentScale }),
  boolean: () => z.boolean({ error: say('Must be true or false.') }),
  date: () => z.iso.date({ error: say('Must be a day of the calendar, as 2026-01-31.') }),
  dateTime: dateTimeSchema,
  money: moneySchema,
  email: emailSchema,
  phone: (_shape, { country }) => phoneSchema(country),
  url: urlSchema,
  json: jsonSchema,
  choice: ({ options }) => z.enum(options, { error: say(`Must be one of ${listed(options)}.`) }),
  ref: ({ to }) => stringSchema().check(z.refine((id) => isId(id), `Must be the id of a record of ${to}.`)),
  tags: ({ max }) => tagsSchema(max),
  list: ({ of, max }, making) => listSchema(schemaOf(of.shape, making), max),
  parts: ({ fields }, making) => listSchema(making.object(fields), maxParts),
  object: ({ fields, custom }, making) => making.object(fields, custom),
  page: ({ of }) => {
    throw new TypeError(`A page of ${of} is an answer; it cannot be given or stored.`);
  },
};
