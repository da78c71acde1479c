import { defaulted, integer, json, list, matchesType, object, optional, query, signedIn, text } from '#kernel';
import { exampleOf } from './event-example.rules.ts';
import { cataloguedEvents, eventSchemaVersion, schemaOf } from './event-schema.rules.ts';

const catalogueFields = {
  type: text({ describes: 'Its name, in the past tense: `opportunity.won`.' }),
  happens: text({ max: 1000, describes: 'When it happens.' }),
  recordType: text({ describes: 'The kind of record that it happens to.' }),
  schemaVersion: integer({ describes: 'The version of its contract. Within one, fields are only added.' }),
  schema: json({ describes: 'JSON Schema (draft 2020-12) of the event, the tenant’s own fields included.' }),
  example: json({ describes: 'An event of this type; what it says is made up.' }),
};

export const eventTypes = query('eventTypes', {
  describes:
    'What can happen, by name: every type of event with its JSON Schema, an example and the version of its contract. Events are told in this form in the feed, on the bus and by webhooks.',
  needs: signedIn,
  input: {
    matching: defaulted(
      text({ max: 100, describes: 'Only these: `quote.accepted`, `quote.*`; all when not said.' }),
      '*',
    ),
    first: defaulted(integer({ min: 1, max: 100, describes: 'How many.' }), 25),
    after: optional(text({ max: 100, describes: 'The `endCursor` of the page before.' })),
  },
  returns: {
    types: list(object('CataloguedEventType', catalogueFields), { max: 100, describes: 'The types, by name.' }),
    endCursor: optional(text({ max: 100, describes: 'Where the next page begins; absent on the last one.' })),
  },
  run: ({ matching, first, after = '' }, { registry }) => {
    const left = cataloguedEvents(registry).filter(({ type }) => matchesType(matching, type) && type > after);
    const types = left.slice(0, first).map((each) => ({
      type: each.type,
      happens: each.happens,
      recordType: each.of.name,
      schemaVersion: eventSchemaVersion,
      schema: schemaOf(each),
      example: exampleOf(registry, each),
    }));
    const last = left.length > first ? types.at(-1)?.type : undefined;
    return Promise.resolve({ types, ...(last !== undefined && { endCursor: last }) });
  },
});
