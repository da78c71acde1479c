import { module } from '#kernel';
import { eventBridgeSchema } from './event-bridge-schema.operations.ts';
import { eventTypes } from './event-types.operations.ts';
import { events } from './events.operations.ts';

export { filterHolds, filterPasses, heldBefore, isNews, valuesBefore } from './event-filters.rules.ts';
export { inTurn, placeAfter } from './feed-place.rules.ts';
export { placeBefore, slackMilliseconds } from './feed-search.operations.ts';
export { exampleOf } from './event-example.rules.ts';
export {
  cataloguedEvent,
  cataloguedEvents,
  eventSchema,
  eventSchemaVersion,
  schemaOf,
  type CataloguedEvent,
  type JsonSchema,
} from './event-schema.rules.ts';

/** The feed of events, for integrations that read instead of being called, and the catalogue of what can happen. */
export const eventFeed = module('platform/events', { operations: [events, eventTypes, eventBridgeSchema] });
