import { describe, expect, it } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import {
  boolean,
  choice,
  derived,
  entity,
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
import { sdl } from '#test/support/sdl';
import { buildSchema } from './schema.ts';

const schemaOf = (...modules: Module[]): GraphQLSchema => buildSchema(gather([...exampleModules, ...modules]));
const example = schemaOf();

const never = (): Promise<never> => Promise.reject(new Error('Nobody runs it.'));

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

describe('an operation', () => {
  it('answers a payload with its own error codes', () => {
    expect(sdl(example, 'AcceptOfferPayload')).toBe(`type AcceptOfferPayload {
  offer: Offer
  conflict: VersionConflict
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
