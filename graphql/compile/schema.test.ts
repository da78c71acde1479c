import { describe, expect, it } from '@jest/globals';
import {
  isEnumType,
  isInputObjectType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  validateSchema,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import {
  entity,
  file,
  gather,
  integer,
  module,
  noOwner,
  optional,
  ref,
  text,
  type KeySpec,
  type Module,
} from '#kernel';
import { exampleModules } from '#test/support/example';
import { sdl } from '#test/support/sdl';
import { buildSchema } from './schema.ts';

const schemaOf = (...modules: Module[]): GraphQLSchema => buildSchema(gather([...exampleModules, ...modules]));
const example = schemaOf();

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
