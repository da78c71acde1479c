import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { registry } from '#modules';
import { startDomain } from '#test/support/domain';
import { withTenantTable } from '#test/support/engine';
import { exampleModules } from '#test/support/example';
import { cataloguedEvents, eventFeed, eventSchema, exampleOf, schemaOf } from './index.ts';

const catalogue = cataloguedEvents(registry);
const accepts = (schema: object, value: unknown) =>
  z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]).safeParse(value);

describe('the catalogue of events', () => {
  it('has a schema for every type of the product, and an example that fits it', () => {
    const bad = [...new Map(catalogue.map((each) => [each.of.name, each])).values()].flatMap((each) => {
      const answer = accepts(schemaOf(each), exampleOf(registry, each));
      return answer.success ? [] : [`${each.type}: ${JSON.stringify(answer.error.issues).slice(0, 300)}`];
    });
    expect(bad).toEqual([]);
    // Types of one entity differ by their names alone, and by what was lost.
    for (const each of catalogue) {
      const example = exampleOf(registry, each);
      expect([example['type'], 'lost' in example]).toEqual([each.type, each.type.endsWith('.versionsLost')]);
    }
    for (const each of catalogue.filter(({ of }) => of.name === 'WebhookEndpoint')) {
      expect(accepts(schemaOf(each), exampleOf(registry, each))).toMatchObject({ success: true });
      expect(accepts(schemaOf(each), { ...exampleOf(registry, each), type: 'other.type' }).success).toBe(false);
    }
    expect(catalogue.length).toBeGreaterThan(500);
    expect(new Set(catalogue.map(({ type }) => type)).size).toBe(catalogue.length);
  });

  it('refuses an event of another type, of another kind of record, and one whose record says something else', () => {
    const schema = eventSchema(registry, 'account.created') ?? {};
    const [created] = catalogue
      .filter(({ type }) => type === 'account.created')
      .map((each) => exampleOf(registry, each));
    expect(accepts(schema, created).success).toBe(true);
    expect(accepts(schema, { ...created, type: 'account.updated' }).success).toBe(false);
    expect(accepts(schema, { ...created, record: { type: 'Quote', id: 'quo_1', version: 1 } }).success).toBe(false);
    expect(accepts(schema, { ...created, data: { ...(created?.['data'] as object), name: 7 } }).success).toBe(false);
    expect(accepts(schema, { ...created, addedLater: true }).success).toBe(true);
    expect(eventSchema(registry, 'account.exploded')).toBeUndefined();
  });

  it('tells of no sensitive field, and of no record that the API does not show', () => {
    const { properties } = eventSchema(registry, 'job.created') as {
      readonly properties: { readonly data: { readonly properties: object } };
    };
    expect(Object.keys(properties.data.properties)).toEqual(expect.arrayContaining(['name', 'status']));
    expect(Object.keys(properties.data.properties)).not.toContain('rights');
    expect(catalogue.some(({ of }) => of.internal)).toBe(false);
  });
});

const tenanted = withTenantTable();

describe('eventTypes', () => {
  it('answers page by page what fits, and real events fit their schema', async () => {
    const domain = startDomain({
      modules: [...exampleModules, eventFeed],
      table: tenanted.table,
      tenant: tenanted.tenant,
    });
    type Answer = {
      readonly types: readonly { readonly type: string; readonly schema: object }[];
      readonly endCursor?: string;
    };
    const first = await domain.run<Answer>('eventTypes', { matching: 'customer.*', first: 2 });
    const rest = await domain.run<Answer>('eventTypes', { matching: 'customer.*', after: first.endCursor });
    const types = [...first.types, ...rest.types].map(({ type }) => type);
    expect(types).toEqual([...types].sort());
    expect(types).toEqual(expect.arrayContaining(['customer.archived', 'customer.created', 'customer.versionsLost']));
    expect(rest.endCursor).toBeUndefined();
    const schema = [...first.types, ...rest.types].find(({ type }) => type === 'customer.created')?.schema ?? {};
    await domain.run('createCustomer', { name: 'Acme' });
    const [told] = await domain.settle();
    expect(accepts(schema, JSON.parse(JSON.stringify(told)))).toMatchObject({ success: true });
  });
});
