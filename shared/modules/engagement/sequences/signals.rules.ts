import type { Actor, AnyEntity, DomainEvent } from '#kernel';
import { isNews } from '#modules/platform/events';
import type { Signal } from './sequence.entity.ts';

/**
 * The record that an event is a signal about; undefined where it is none. For all events of a kind it counts only that the
 * filter has come to hold: a later change of something else is no news. Without a filter that is the first event of a record.
 */
export const subjectOf = (
  { on, where = {}, record }: Signal,
  event: DomainEvent,
  of: AnyEntity | undefined,
  actor: Actor,
): string | undefined => {
  if (!of || !isNews({ on, where }, event, of, actor.country)) return undefined;
  const subject = record === undefined ? event.record.id : event.data?.[record];
  return typeof subject === 'string' ? subject : undefined;
};
