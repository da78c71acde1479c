import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { registry } from '#modules';
import { eventBridgeDocument } from './event-bridge-schema.rules.ts';
import { exampleOf } from './event-example.rules.ts';
import { cataloguedEvent, cataloguedEvents } from './event-schema.rules.ts';

type Document = {
  readonly openapi: string;
  readonly components: { readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
};
const documentOf = (type: string): Document => {
  const event = cataloguedEvent(registry, type);
  if (!event) throw new Error(`There is no ${type}`);
  return eventBridgeDocument(event) as Document;
};

/** What a schema object of OpenAPI 3.0 may say. */
const known = new Set(
  `title description type format enum nullable required properties items additionalProperties not anyOf oneOf allOf minimum maximum
  exclusiveMinimum exclusiveMaximum minLength maxLength pattern minItems maxItems uniqueItems multipleOf default`.split(
    /\s+/,
  ),
);
const strangers = (node: unknown): readonly string[] => {
  if (Array.isArray(node)) return node.flatMap(strangers);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([name, value]) => {
    const own = known.has(name) ? [] : [name];
    if (name === 'properties') return Object.values(value as object).flatMap(strangers);
    return name === 'enum' || name === 'default' || name === 'required' ? own : [...own, ...strangers(value)];
  });
};

describe('the schema for EventBridge', () => {
  it('is an OpenAPI document with the envelope of AWS and the event as its detail', () => {
    const { openapi, components } = documentOf('quote.accepted');
    expect(openapi).toBe('3.0.0');
    expect(components.schemas['AWSEvent']).toMatchObject({
      'x-amazon-events-detail-type': 'quote.accepted',
      'x-amazon-events-source': 'lazo.crm',
      properties: { detail: { $ref: '#/components/schemas/QuoteAccepted' } },
    });
    expect(components.schemas['QuoteAccepted']).toMatchObject({
      properties: { type: { enum: ['quote.accepted'], type: 'string' }, schemaVersion: { enum: [1] } },
    });
  });

  it('says of every kind of record only what OpenAPI 3.0 knows, and fits into the registry', () => {
    // Types of one entity differ by their names alone.
    const each = new Map(cataloguedEvents(registry).map((event) => [event.of.name, event])).values();
    for (const event of each) {
      const document = eventBridgeDocument(event) as Document;
      const { AWSEvent: _envelope, ...schemas } = document.components.schemas;
      expect([event.type, Object.values(schemas).flatMap(strangers)]).toEqual([event.type, []]);
      expect(JSON.stringify(document).length).toBeLessThan(100_000);
    }
  });

  it.each(['account.created', 'quote.accepted', 'invoice.issued', 'phoneCall.ended'])(
    'is met by the example of %s, and not by another event',
    (type) => {
      const { components } = documentOf(type);
      const name = Object.keys(components.schemas).find((each) => each !== 'AWSEvent') ?? '';
      const schema = z.fromJSONSchema(components.schemas[name] ?? {}, { defaultTarget: 'openapi-3.0' });
      const event = cataloguedEvent(registry, type);
      const example = event && exampleOf(registry, event);
      expect(schema.safeParse(example).error).toBeUndefined();
      expect(schema.safeParse({ ...example, type: 'other.created' }).success).toBe(false);
    },
  );
});
