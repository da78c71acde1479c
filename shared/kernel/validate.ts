// Validation, made from the fields: what a client gives, what a change may hold, what a record holds. zod underneath, lazily.
import * as z from 'zod/mini';
import type { Path } from './errors.ts';
import type { AnyField, Changes, FieldMap, Input, Values } from './fields.ts';
import { accept } from './validate-accept.ts';
import { isRefused, type Mode, schemaOfField, schemaOfFields } from './validate-fields.ts';
import { about } from './validate-messages.ts';

/** `path`: where the value lies in the input. `country`: whose national phone numbers are meant (ISO 3166-1 alpha-2). */
export type ParseOptions = { readonly path?: Path; readonly country?: string | undefined };

/** An accepted input: tidied, with defaults filled in. */
export type Parsed<F extends FieldMap> = Pick<Values<F>, keyof Values<F> & keyof Input<F>>;

/** What a client gives to make a record; null means absent. @throws BAD_INPUT with every problem found */
export const parseInput = <F extends FieldMap>(fields: F, value: unknown, options?: ParseOptions): Parsed<F> =>
  parse(fields, 'input', value, options) as Parsed<F>;

/** What a client gives to change a record: absent keeps, null clears an optional field. @throws BAD_INPUT */
export const parseChanges = <F extends FieldMap>(fields: F, value: unknown, options?: ParseOptions): Changes<F> =>
  parse(fields, 'changes', value, options) as Changes<F>;

/** One value of a field, as an input. @throws BAD_INPUT */
export const parseValue = (field: AnyField, value: unknown, options: ParseOptions = {}): unknown =>
  accept(schemaOfField(field, options.country), value, options.path);

/** The JSON Schema of what a client gives (`input`), or of a record as events and exports show it (`values`). */
export const jsonSchemaOf = (
  fields: FieldMap,
  mode: 'input' | 'values' = 'values',
): Readonly<Record<string, unknown>> =>
  z.toJSONSchema(schemaOfFields(fields, mode), {
    io: mode === 'input' ? 'input' : 'output',
    metadata: about,
    override: ({ jsonSchema }) => {
      const { format, properties } = jsonSchema;
      // `format` says it; the pattern of every day of the calendar would only be read past.
      if (format?.startsWith('date')) delete jsonSchema.pattern;
      if (properties) jsonSchema.properties = withoutRefused(properties);
    },
  });

const withoutRefused = <Property>(properties: Readonly<Record<string, Property>>): Record<string, Property> =>
  Object.fromEntries(Object.entries(properties).filter(([, property]) => !isRefused(property)));

const parse = (fields: FieldMap, mode: Mode, value: unknown, { path, country }: ParseOptions = {}): unknown =>
  accept(schemaOfFields(fields, mode, country), value, path);
