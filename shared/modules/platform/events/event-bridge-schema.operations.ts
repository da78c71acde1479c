import { json, notFound, query, signedIn, text } from '#kernel';
import { eventBridgeDocument } from './event-bridge-schema.rules.ts';
import { cataloguedEvent, type JsonSchema } from './event-schema.rules.ts';

export const eventBridgeSchema = query('eventBridgeSchema', {
  describes:
    'The schema of a type of event as the schema registry of EventBridge takes it (OpenAPI 3.0), for those who hear events on a bus of their own.',
  needs: signedIn,
  input: { type: text({ max: 100, describes: 'The type: `quote.accepted`; `eventTypes` lists them.' }) },
  returns: { document: json<JsonSchema>({ describes: 'What `aws schemas create-schema --type OpenApi3` takes.' }) },
  run: ({ type }, { registry }) => {
    const event = cataloguedEvent(registry, type);
    if (!event) throw notFound('type of event', type);
    return Promise.resolve({ document: eventBridgeDocument(event) });
  },
});
