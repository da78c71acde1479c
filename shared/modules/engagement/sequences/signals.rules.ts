import { matchesType, type Actor, type AnyEntity, type DomainEvent } from '#kernel';
import { holds } from './filters.rules.ts';
import type { Signal } from './sequence.entity.ts';

type Values = Readonly<Record<string, unknown>>;

/** The event's record as it was before. */
const valuesBefore = ({ data = {}, changed }: DomainEvent): Values => ({
  ...data,
  ...Object.fromEntries(Object.entries(changed).map(([name, { from }]) => [name, from])),
});

/**
 * The record that an event is a signal about; undefined where it is none. For all events of a kind it counts only that the
 * filter has come to hold: a later change of something else is no news.
 */
export const subjectOf = (
  signal: Signal,
  event: DomainEvent,
  of: AnyEntity | undefined,
  actor: Actor,
): string | undefined => {
  const { data } = event;
  if (!of || !data || !matchesType(signal.on, event.type) || !holds(of, signal.where, data, actor)) return undefined;
  const isNews =
    !signal.on.endsWith('.*') || event.record.version === 1 || !holds(of, signal.where, valuesBefore(event), actor);
  if (!isNews) return undefined;
  const subject = signal.record === undefined ? event.record.id : data[signal.record];
  return typeof subject === 'string' ? subject : undefined;
};
