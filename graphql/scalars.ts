// The scalars of the API. What they carry is text, canonical when it leaves; what a text may say is checked once, by the
// kernel, which answers with a path into the input (`userErrors`). So the scalars only see to it that it is text.
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';
import { canonicalDecimal, decimalText } from '#kernel/decimals';

const asText = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new GraphQLError(`${name} is written as a string.`);
};

const literalText = (name: string, node: ValueNode): string => {
  if (node.kind === Kind.STRING) return node.value;
  throw new GraphQLError(`${name} is written as a string.`, { nodes: node });
};

const textScalar = (name: string, description: string, specifiedByURL?: string) =>
  new GraphQLScalarType<string, string>({
    name,
    description,
    ...(specifiedByURL !== undefined && { specifiedByURL }),
    serialize: (value) => value as string,
    parseValue: (value) => asText(name, value),
    parseLiteral: (node) => literalText(name, node),
  });

/** `2026-11-22T15:00:00.000Z` out; any offset in. */
export const DateTime = textScalar(
  'DateTime',
  'A moment, ISO 8601. It leaves in UTC with milliseconds, `2026-01-31T14:30:00.000Z`; any offset may come in, `2026-01-31T09:30:00-05:00`.',
  'https://scalars.graphql.org/andimarek/date-time',
);
/** `2026-11-22`. */
export const Day = textScalar(
  'Date',
  'A day of the calendar without time or zone, `2026-01-31`.',
  'https://scalars.graphql.org/andimarek/local-date',
);
/** Any address that a mail server would try. */
export const Email = textScalar('Email', 'An e-mail address, `ana@example.com`.');
/** E.164 out; national numbers of the tenant's country in. */
export const Phone = textScalar(
  'Phone',
  "A phone number. It leaves in E.164, `+593991234567`; numbers as people of the tenant's country write them may come in, `099 123 4567`.",
);
/** `https://...` or `http://...`. */
export const WebAddress = textScalar(
  'URL',
  'A web address, `https://example.com/page`.',
  'https://url.spec.whatwg.org',
);

const notADecimal = (): GraphQLError =>
  new GraphQLError('Decimal is a decimal number, best written as a string: "12.5".');

/** Numbers beyond 15 digits may have lost some before they came here. */
const exactly = (value: number): string => {
  const text = Number.isFinite(value) ? decimalText(value) : '';
  if (text.replace(/\D/g, '').length > 15)
    throw new GraphQLError('Decimals of more than 15 digits are written as strings, or they lose some.');
  return text;
};

const decimalFrom = (value: unknown): string => {
  const text = typeof value === 'number' ? exactly(value) : value;
  const decimal = typeof text === 'string' ? canonicalDecimal(text.trim()) : undefined;
  if (decimal === undefined) throw notADecimal();
  return decimal;
};

/** Exact: a string out; a string, or a number that JSON does not round, in. */
export const ExactDecimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number. It leaves as a string, `"12.5"`, because JSON readers round numbers; strings and numbers may come in.',
  serialize: (value) => value as string,
  parseValue: decimalFrom,
  parseLiteral: (node) => {
    if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return decimalFrom(node.value);
    throw notADecimal();
  },
});

/** Any JSON value. */
export const AnyJson = new GraphQLScalarType({ ...GraphQLJSON.toConfig(), description: 'Any JSON value.' });
