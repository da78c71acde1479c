import {
  eventTypesOf,
  lostVerb,
  type AnyEntity,
  type AnyField,
  type EventType,
  type FieldMap,
  type Registry,
} from '#kernel';
import { toldFields } from '#kernel/event-of-change';
import { jsonSchemaOf } from '#kernel/validate';

/** The version of the contract that every event carries. */
export const eventSchemaVersion = 1;

/** JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A type of event with the kind of record that it happens to. */
export type CataloguedEvent = EventType & { readonly of: AnyEntity };

/** Every type of event that the outside may hear, by its name. Records that the API does not show have none. */
export const cataloguedEvents = (registry: Registry): readonly CataloguedEvent[] =>
  [...registry.entities.values()]
    .filter(({ internal }) => !internal)
    .flatMap((of) => eventTypesOf(registry, of).map((each) => ({ ...each, of })))
    .sort((left, right) => (left.type < right.type ? -1 : 1));

/** A type of event; undefined where there is none. */
export const cataloguedEvent = (registry: Registry, type: string): CataloguedEvent | undefined =>
  cataloguedEvents(registry).find((each) => each.type === type);

/** The fields of a record that its events tell: no sensitive ones, and none of the parts that lie beside the row. */
export const eventFields = (of: AnyEntity): FieldMap =>
  Object.fromEntries(Object.entries<AnyField>(toldFields(of)).filter(([, { shape }]) => shape.kind !== 'parts'));

const text = (description: string): JsonSchema => ({ type: 'string', description });
const moment = (description: string): JsonSchema => ({ type: 'string', format: 'date-time', description });
const count = (description: string): JsonSchema => ({ type: 'integer', minimum: 1, description });
const flag = (description: string): JsonSchema => ({ type: 'boolean', description });
const group = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[], description: string) => ({
  type: 'object',
  properties,
  required,
  description,
});

/** The JSON Schema of the events of one type, as `detail` on the bus, in the feed and in webhooks. Undefined where there is no such type. */
export const eventSchema = (registry: Registry, type: string): JsonSchema | undefined => {
  const found = cataloguedEvent(registry, type);
  return found && schemaOf(found);
};

/** The JSON Schema of a catalogued type. */
export const schemaOf = ({ type, happens, of }: CataloguedEvent): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: type,
  ...group(
    {
      id: text('Of the event; the same however often it is read or sent.'),
      tenant: text('Whose it is.'),
      type: { const: type, description: happens },
      schemaVersion: { const: eventSchemaVersion, description: 'Of this contract. Within it fields are only added.' },
      at: moment('When it happened.'),
      actor: text('Who did it: a user, a key, or `system:<what>`.'),
      record: recordSchema(of),
      data: dataSchema(of),
      dataOmitted: flag('The record is too large to be carried: read it by its id.'),
      changed: changedSchema,
      ...(type.endsWith(`.${lostVerb}`) && { lost: lostSchema }),
      sequence: count('Its place in its shard of the feed: dense, from 1.'),
      shard: { type: 'integer', minimum: 0, description: 'The shard of the feed; a record stays in one.' },
      correlationId: text('Shared by all events of one operation and of what follows from it.'),
      causationId: text('The event that led to it.'),
      silent: flag('Of a mass import: nothing is sent outside for it.'),
      aside: flag('The product keeps up something by itself.'),
    },
    ['id', 'tenant', 'type', 'schemaVersion', 'at', 'record', 'sequence', 'shard', 'correlationId'],
    happens,
  ),
});

const recordSchema = (of: AnyEntity) =>
  group(
    {
      type: { const: of.name },
      id: text(`Its id, ${of.idPrefix}_<ULID>.`),
      version: count('The version that it has become.'),
    },
    ['type', 'id', 'version'],
    of.describes,
  );

const dataSchema = (of: AnyEntity) => {
  const { properties, required = [] } = growing(jsonSchemaOf(eventFields(of))) as {
    readonly properties: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
  };
  return group(
    {
      id: text('Its id.'),
      version: count('Its version.'),
      createdAt: moment('When it was made.'),
      updatedAt: moment('When it was last changed.'),
      ownerId: text('Whose it is.'),
      teamId: text('Whose it is while nobody owns it.'),
      archivedAt: moment('When it was taken out of use.'),
      ...properties,
    },
    ['id', 'version', 'createdAt', 'updatedAt', ...required],
    'The record after it, without sensitive fields, and without those that the reader’s role hides.',
  );
};

const changedSchema: JsonSchema = {
  type: 'object',
  additionalProperties: { type: 'object', properties: { from: {}, to: {} } },
  description:
    'The fields that changed, each with `from` and `to`, where there was or is a value; of sensitive ones it says only that they changed. The tenant’s own are named one by one: `custom.tier`.',
};

const lostSchema = group(
  { from: count('The first of them.'), to: count('The last of them.') },
  ['from', 'to'],
  'The versions that never reached the log.',
);

/** What is only added to must not be closed: readers of today accept the fields of tomorrow. */
const growing = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(growing);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([name, value]) => !(name === 'additionalProperties' && value === false) && name !== '$schema')
      .map(([name, value]) => [name, growing(value)]),
  );
};
