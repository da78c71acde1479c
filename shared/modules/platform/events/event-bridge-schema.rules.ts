// The schema of an event as the schema registry of EventBridge takes it: OpenAPI 3.0 with the envelope that AWS puts around.
import type { CataloguedEvent, JsonSchema } from './event-schema.rules.ts';
import { eventSchemaVersion, schemaOf } from './event-schema.rules.ts';

const source = 'lazo.crm';

/** What a replay and AWS itself put around `detail`. */
const envelope = {
  account: { type: 'string' },
  'detail-type': { type: 'string' },
  id: { type: 'string' },
  region: { type: 'string' },
  'replay-name': { type: 'string', description: 'Of the replay by which it is told again.' },
  resources: { type: 'array', items: { type: 'string' } },
  source: { type: 'string' },
  time: { type: 'string', format: 'date-time' },
  version: { type: 'string' },
} as const;

/** `quote.accepted` -> `QuoteAccepted`. */
const componentOf = (type: string): string =>
  type.replaceAll(/(?:^|\.)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The document for `aws schemas create-schema --type OpenApi3`. */
export const eventBridgeDocument = (event: CataloguedEvent): JsonSchema => {
  const name = componentOf(event.type);
  const { 'replay-name': _replay, ...always } = envelope;
  return {
    openapi: '3.0.0',
    info: { title: event.type, version: `${String(eventSchemaVersion)}.0.0`, description: event.happens },
    paths: {},
    components: {
      schemas: {
        AWSEvent: {
          type: 'object',
          required: ['detail', ...Object.keys(always)],
          'x-amazon-events-detail-type': event.type,
          'x-amazon-events-source': source,
          properties: { detail: { $ref: `#/components/schemas/${name}` }, ...envelope },
        },
        [name]: inOpenApi(schemaOf(event)),
      },
    },
  };
};

type Node = Readonly<Record<string, unknown>>;

/** OpenAPI 3.0 knows an older JSON Schema: no constants, no lists of types, limits that exclude as flags, no examples. */
const inOpenApi = (schema: unknown): Node => {
  const { $schema: _dialect, const: constant, type, ...rest } = schema as Node;
  const children = Object.entries(rest).flatMap(([name, value]) => keyword(name, value));
  return {
    ...(constant !== undefined && { enum: [constant] }),
    ...typesOf(constant === undefined ? type : (type ?? typeof constant)),
    ...Object.fromEntries(children),
  };
};

const typesOf = (type: unknown): Node => {
  if (!Array.isArray(type)) return type === undefined ? {} : { type };
  const some = type.filter((each) => each !== 'null') as readonly unknown[];
  const nullable = some.length < type.length && { nullable: true };
  return some.length === 1 ? { type: some[0], ...nullable } : { ...nullable };
};

/** Keywords whose value is a schema, several, or several by name. */
const nested = new Set(['items', 'additionalProperties', 'not']);
const several = new Set(['anyOf', 'oneOf', 'allOf']);
const plain = new Set(
  'title description format enum required minimum maximum minLength maxLength pattern minItems maxItems uniqueItems multipleOf default'.split(
    ' ',
  ),
);

const keyword = (name: string, value: unknown): readonly (readonly [string, unknown])[] => {
  if (nested.has(name)) return [[name, typeof value === 'object' ? inOpenApi(value) : value]];
  if (several.has(name)) return [[name, (value as readonly unknown[]).map(inOpenApi)]];
  if (name === 'properties')
    return [[name, Object.fromEntries(Object.entries(value as Node).map(([key, each]) => [key, inOpenApi(each)]))]];
  if (name === 'exclusiveMinimum')
    return [
      ['minimum', value],
      [name, true],
    ];
  if (name === 'exclusiveMaximum')
    return [
      ['maximum', value],
      [name, true],
    ];
  return plain.has(name) ? [[name, value]] : [];
};
