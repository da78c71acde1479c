import {
  feedShards,
  lostVerb,
  shardOf,
  type AnyEntity,
  type AnyField,
  type FieldMap,
  type Registry,
  type Shape,
} from '#kernel';
import { eventFields, eventSchemaVersion, type CataloguedEvent } from './event-schema.rules.ts';

const moment = '2026-01-15T14:30:00.000Z';
const ulid = '01KF1E0000EXAMP1E000000000';

/** An event as it might have been; what it says is made up, its form is true. */
export const exampleOf = (registry: Registry, { type, of }: CataloguedEvent): Values => {
  const id = idOf(of);
  const isNew = type.endsWith('.created');
  const values = examplesOf(registry, eventFields(of));
  return {
    id: `evt_${ulid}`,
    tenant: `ten_${ulid}`,
    type,
    schemaVersion: eventSchemaVersion,
    at: moment,
    actor: `usr_${ulid}`,
    record: { type: of.name, id, version: isNew ? 1 : 2 },
    data: { id, version: isNew ? 1 : 2, createdAt: moment, updatedAt: moment, ...values },
    changed: changedIn(values, isNew),
    ...(type.endsWith(`.${lostVerb}`) && { lost: { from: 2, to: 2 } }),
    sequence: 1042,
    shard: shardOf(id, feedShards),
    correlationId: `cor_${ulid}`,
  };
};

type Values = Readonly<Record<string, unknown>>;

/** What is new has all of it changed; of others one field is shown, and one of the tenant's own, which are named one by one. */
const changedIn = ({ custom = {}, ...values }: Values, isNew: boolean): Values => {
  const own = Object.entries(custom as Values).map(([key, value]) => [`custom.${key}`, value] as const);
  if (isNew) return Object.fromEntries([...Object.entries(values), ...own].map(([name, to]) => [name, { to }]));
  const shown = [...Object.entries(values).slice(0, 1), ...own.slice(0, 1)];
  return Object.fromEntries(shown.map(([name, value]) => [name, { from: value, to: value }]));
};

const idOf = ({ idPrefix }: AnyEntity): string => `${idPrefix}_${ulid}`;

const examplesOf = (registry: Registry, fields: FieldMap): Values =>
  Object.fromEntries(
    Object.entries<AnyField>(fields)
      .map(([name, { shape }]) => [name, valueOf(registry, shape)] as const)
      .filter(([, value]) => value !== undefined),
  );

/** Texts of the forms that fields ask for; one that fits none of them is left out. */
const texts = [
  'Example',
  'example',
  'EX',
  'EXA',
  'USD',
  'EC',
  '001',
  '12',
  '123456789',
  '2026-01',
  '09:00',
  '#336699',
  'P30D',
  'example.com',
  'es',
  'en_US',
  '001-001-000000123',
  'FREQ=WEEKLY',
  '1790012345001',
  'a'.repeat(32),
  'a'.repeat(64),
  '1'.repeat(49),
];

const textOf = ({ min = 1, max, pattern }: Extract<Shape, { kind: 'text' }>): string | undefined =>
  [...texts, 'x'.repeat(min)].find(
    (each) => each.length >= min && each.length <= max && (pattern === undefined || pattern.test(each)),
  );

const within = (value: number, { min, max }: { readonly min?: number; readonly max?: number }): number =>
  Math.min(Math.max(value, min ?? value), max ?? value);

type ShapeOf<K extends Shape['kind'], S extends Shape = Shape> = S extends { readonly kind: infer Own }
  ? K extends Own
    ? S
    : never
  : never;

const makers: { readonly [K in Shape['kind']]: (shape: ShapeOf<K>, registry: Registry) => unknown } = {
  text: textOf,
  longText: () => 'An example of several words.',
  number: (shape) => within(3, shape),
  integer: (shape) => within(3, shape),
  decimal: ({ min = '1' }) => min,
  percent: ({ min }) => min,
  boolean: () => true,
  date: () => moment.slice(0, 10),
  dateTime: () => moment,
  email: () => 'ana@example.com',
  phone: () => '+593987654321',
  url: () => 'https://example.com/',
  json: () => ({}),
  tags: () => ['example'],
  money: () => ({ amount: '125.50', currency: 'USD' }),
  choice: ({ options }) => options[0],
  ref: ({ to }, { entities }) => {
    const of = entities.get(to);
    return of ? idOf(of) : `rec_${ulid}`;
  },
  list: ({ of }, registry) => [valueOf(registry, of.shape)].filter((value) => value !== undefined),
  object: ({ fields }, registry) => examplesOf(registry, fields),
  parts: () => undefined,
  page: () => undefined,
};

const valueOf = (registry: Registry, shape: Shape): unknown => makers[shape.kind](shape as never, registry);
