import { module } from '#kernel';
import { events } from './events.operations.ts';

/** The feed of events, for integrations that read instead of being called. */
export const eventFeed = module('platform/events', { operations: [events] });
