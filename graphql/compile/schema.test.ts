import { describe, expect, it } from '@jest/globals';
import {
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printType,
  validateSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import {
  boolean,
  choice,
  derived,
  entity,
  file,
  gather,
  integer,
  json,
  list,
  module,
  mutation,
  noOwner,
  number,
  object,
  optional,
  pageOf,
  query,
  records,
  ref,
  signedIn,
  text,
  type KeySpec,
  type Module,
} from '#kernel';
import { Customer, exampleModules } from '#test/support/example';
import { buildSchema } from './schema.ts';

const schemaOf = (...modules: Module[]): GraphQLSchema => buildSchema(gather([...exampleModules, ...modules]));
const example = schemaOf();

const never = (): Promise<never> => Promise.reject(new Error('Nobody runs it.'));

/** A type as SDL without its descriptions, in the order of its declaration. */
const sdl = (schema: GraphQLSchema, name: string): string => {
  const type = schema.getType(name);
  if (!type) throw new Error(`There is no type ${name}.`);
  return printType(type)
    .replaceAll(/\n? *"""[^]*?"""/g, '')
    .replaceAll(/\n\s*\n/g, '\n')
    .trim();
};

const hung = (on: string | undefined): Record<string, KeySpec> =>
  on === undefined ? {} : { byCustomer: { gsi: 1, of: 'customer', sort: 'createdAt', on } };

const thing = (
  name: string,
  fields: Parameters<typeof entity>[1]['fields'],
  more: { readonly on?: string; readonly internal?: boolean } = {},
) =>
  entity(name, {
    idPrefix: name.toLowerCase().slice(0, 5),
    describes: 'A thing.',
    fields,
    owner: noOwner,
    keys: hung(more.on),
    title: () => 'thing',
    ...(more.internal && { internal: true }),
  });

describe('the schema', () => {
  it('is valid, and each of its parts says what it is', () => {
    expect(validateSchema(example)).toEqual([]);
    const silent = Object.values(example.getTypeMap())
      .filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type))
      .flatMap(undescribed);
    expect(silent).toEqual([]);
  });

  it('prints the same whatever the order of modules', () => {
    const turned = buildSchema(gather([...exampleModules].reverse()));
    const names = Object.keys(lexicographicSortSchema(example).getTypeMap());
    expect(Object.keys(lexicographicSortSchema(turned).getTypeMap())).toEqual(names);
  });
});

const undescribed = (type: GraphQLNamedType): readonly string[] => {
  if (isScalarType(type) || isEnumType(type)) return type.description ? [] : [type.name];
  const own = type.description ? [] : [type.name];
  if (isInputObjectType(type))
    return [
      ...own,
      ...Object.values(type.getFields()).flatMap((field) => (field.description ? [] : [`${type.name}.${field.name}`])),
    ];
  if (!isObjectType(type)) return own;
  const fields = Object.values(type.getFields());
  const silentFields = fields.filter((field) => !field.description).map((field) => `${type.name}.${field.name}`);
  const silentArgs = fields.flatMap((field) =>
    field.args.filter((arg) => !arg.description).map((arg) => `${type.name}.${field.name}(${arg.name})`),
  );
  return [...own, ...silentFields, ...silentArgs];
};

describe('an entity', () => {
  it('is an object whose fields a role may hide', () => {
    expect(sdl(example, 'Offer')).toBe(`type Offer implements Node {
  id: ID!
  version: Int!
  createdAt: DateTime!
  updatedAt: DateTime!
  archivedAt: DateTime
  customer: Customer
  referrer: Customer
  validUntil: Date
  channel: OfferChannel
  lines: [OfferLine!]!
  watchers: [User!]!
  total: Money
  acceptedOn: Date
  status: OfferStatus
}`);
    expect(sdl(example, 'OfferLine')).toBe(`type OfferLine {
  product: String!
  quantity: Decimal!
  price: Money!
}`);
  });

  it('takes neither states nor derived fields', () => {
    expect(sdl(example, 'CreateOfferInput')).toBe(`input CreateOfferInput {
  customer: ID!
  referrer: ID
  validUntil: Date!
  channel: OfferChannel
  lines: [OfferLineInput!]!
  watchers: [ID!]
  idempotencyKey: String
}`);
    expect(sdl(example, 'UpdateOfferInput')).toBe(`input UpdateOfferInput {
  id: ID!
  version: Int!
  customer: ID
  referrer: ID
  validUntil: Date
  channel: OfferChannel
  lines: [OfferLineInput!]
  watchers: [ID!]
  idempotencyKey: String
}`);
  });

  it('is ordered by what its keys are sorted by', () => {
    expect(sdl(example, 'OfferOrderField')).toBe(`enum OfferOrderField {
  CREATED_AT
  VALID_UNTIL
}`);
  });

  it('is filtered with the operators that the kernel knows', () => {
    expect(sdl(example, 'OfferFilter')).toContain('\n  total: MoneyFilter\n');
    expect(sdl(example, 'OfferFilter')).not.toContain('lines');
    expect(sdl(example, 'UserFilter')).not.toContain('ownerId');
    expect(sdl(example, 'OfferStatusFilter')).toBe(`input OfferStatusFilter {
  eq: OfferStatus
  ne: OfferStatus
  in: [OfferStatus!]
  notIn: [OfferStatus!]
  isNull: Boolean
}`);
    expect(sdl(example, 'SiteFilter')).toBe(`input SiteFilter {
  isNull: Boolean
  city: StringFilter
  floors: IntFilter
}`);
  });

  it('has the fields that other modules add to it', () => {
    const schema = schemaOf(
      module('parties/loyalty', {
        extensions: [{ of: 'Customer', fields: { points: optional(integer({ describes: 'Points.' })) } }],
      }),
    );
    for (const name of [
      'Customer',
      'CustomerFilter',
      'CreateCustomerInput',
      'UpdateCustomerInput',
      'OpenCustomerInput',
    ])
      expect(sdl(schema, name)).toContain('points: ');
  });

  it('stays out of the API when it is internal, and refs to it are ids', () => {
    const Hidden = thing('Hidden', { word: text() }, { internal: true });
    const Shown = thing('Shown', { hidden: ref('Hidden'), any: optional(ref('*')), picture: optional(file()) });
    const schema = schemaOf(module('platform/things', { entities: [Hidden, Shown, thing('File', {})] }));
    expect(schema.getType('Hidden')).toBeUndefined();
    expect(sdl(schema, 'Shown')).toContain('hidden: ID\n  any: Node\n  picture: File');
    expect(sdl(schema, 'Query')).not.toContain('hidden(');
  });
});

describe('an operation', () => {
  it('answers a payload with its own error codes', () => {
    expect(sdl(example, 'AcceptOfferPayload')).toBe(`type AcceptOfferPayload {
  offer: Offer
  userErrors: [AcceptOfferUserError!]!
}`);
    expect(sdl(example, 'AcceptOfferErrorCode')).toContain('STALE_VERSION');
    expect(sdl(example, 'AcceptOfferErrorCode')).toContain('OFFER_EXPIRED');
    expect(sdl(example, 'SendOfferErrorCode')).not.toContain('OFFER_EXPIRED');
  });

  it('that reads takes its input as arguments, and answers records, lists, pages and values', () => {
    const find = query('findThings', {
      describes: 'Finds.',
      needs: signedIn,
      input: { word: text(), mode: optional(choice(['a-b', '04'])), deep: optional(boolean()) },
      returns: {
        best: optional(records(Customer)),
        page: pageOf(Customer),
        score: number(),
        big: integer({ max: 2 ** 40 }),
        extra: optional(json()),
        rows: list(object('FoundRow', { n: derived(integer()) })),
      },
      run: never,
    });
    const schema = schemaOf(module('platform/finding', { operations: [find] }));
    expect(sdl(schema, 'FindThingsResult')).toBe(`type FindThingsResult {
  best: [Customer!]!
  page: CustomerConnection!
  score: Float!
  big: Float!
  extra: JSON
  rows: [FoundRow!]!
}`);
    expect(sdl(schema, 'Query')).toContain(
      '  findThings(\n    word: String!\n    mode: FindThingsMode\n    deep: Boolean\n  ): FindThingsResult',
    );
    expect(sdl(schema, 'FindThingsMode')).toContain('a_b\n  _04');
  });
});

describe('a clash', () => {
  const operation = (name: string, input: Parameters<typeof mutation>[1]['input']) =>
    mutation(name, {
      describes: 'Does.',
      needs: signedIn,
      input,
      returns: { done: boolean() },
      run: () => Promise.resolve({ done: true }),
    });

  it.each([
    [
      'of an object with other fields',
      () => schemaOf(module('a/b', { operations: [operation('build', { site: object('Site', { other: text() }) })] })),
      'SiteInput',
    ],
    [
      'of an object with an entity',
      () => schemaOf(module('a/b', { entities: [thing('Thing', { it: object('Customer', { word: text() }) })] })),
      'Customer',
    ],
    [
      'of enums with other words',
      () =>
        schemaOf(module('a/b', { operations: [operation('build', { x: choice(['A'], { named: 'OfferChannel' }) })] })),
      'OfferChannel',
    ],
    [
      'of a list with a field',
      () =>
        schemaOf(module('a/b', { entities: [thing('Thing', { customer: ref('Customer') }, { on: 'Customer.name' })] })),
      'name',
    ],
    [
      'of an operation with a list',
      () =>
        schemaOf(
          module('a/b', {
            operations: [
              query('customers', {
                describes: 'Lists.',
                needs: signedIn,
                input: {},
                returns: { done: boolean() },
                run: never,
              }),
            ],
          }),
        ),
      'customers',
    ],
    [
      'of an input with the idempotency key',
      () => schemaOf(module('a/b', { operations: [operation('build', { idempotencyKey: text() })] })),
      'idempotencyKey',
    ],
    [
      'of a list with nothing to hang on',
      () =>
        schemaOf(module('a/b', { entities: [thing('Thing', { customer: ref('Customer') }, { on: 'Nobody.things' })] })),
      'Nobody',
    ],
  ])('%s fails at start-up and names it', (_what, build, name) => {
    expect(build).toThrow(name);
  });
});
