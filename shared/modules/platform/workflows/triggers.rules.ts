import { prefixOf, type AnyEntity, type AnyRow, type DomainEvent, type Registry } from '#kernel';
import { filterHolds, heldBefore, isNews } from '#modules/platform/events';
import { isMeantFor } from '#modules/platform/mail-in';
import type { Scope, Trigger } from './plan.rules.ts';

/** What a trigger is judged by. */
export type Judging = { readonly registry: Pick<Registry, 'entities'>; readonly country: string };

/** The id of the record on which an event starts a run; undefined where it starts none. */
export const startedOn = (
  { trigger, of }: { readonly trigger: Trigger; readonly of?: string },
  event: DomainEvent,
  judging: Judging,
): string | undefined => {
  const on = of === undefined ? undefined : judging.registry.entities.get(of);
  if (!on || event.data === undefined) return undefined;
  const subject = trigger.kind === 'SEGMENT' ? movedIn(trigger, event) : heardOf(trigger, event, judging);
  return typeof subject === 'string' && prefixOf(subject) === on.idPrefix ? subject : undefined;
};

/** The record that entered the segment, or left it. */
const movedIn = ({ segment, leaves }: Trigger, { type, data = {} }: DomainEvent): unknown =>
  type === (leaves ? 'segmentMember.exited' : 'segmentMember.entered') && data['segment'] === segment
    ? data['subject']
    : undefined;

/** The record that the event is about. */
const heardOf = (trigger: Trigger, event: DomainEvent, { registry, country }: Judging): unknown => {
  const { kind, was, changed, record } = trigger;
  const from = registry.entities.get(event.record.type);
  if (kind !== 'EVENT' || !isMeantFor(trigger.on, event) || !isNews(trigger, event, from, country)) return undefined;
  if (was !== undefined && !heldBefore(from, was, event, country)) return undefined;
  if (changed.length > 0 && !changed.some((name) => hasChanged(event, name))) return undefined;
  return record === undefined ? event.record.id : event.data?.[record];
};

const hasChanged = ({ changed, record }: DomainEvent, name: string): boolean =>
  record.version === 1 || name in changed || Object.keys(changed).some((each) => each.startsWith(`${name}.`));

/** Whether an event is what a run waits for, by its own record and filter. */
export const isAwaited = (
  { event: type, where }: { readonly event?: string; readonly where?: unknown },
  event: DomainEvent,
  from: AnyEntity | undefined,
  country: string,
): boolean => type === event.type && (where === undefined || filterHolds(from, where, event.data, country));

/** Whether a record is within a scope, as far as the record itself says; undefined where somebody else must judge. */
export const isWithin = ({ kind, of }: Scope, record: AnyRow): boolean | undefined => {
  if (kind === 'ACCOUNT') return record.id === of || record['account'] === of;
  if (kind === 'TYPE') return Object.values(record).includes(of);
  return undefined;
};

const ranks: Readonly<Record<Scope['kind'], number>> = { ACCOUNT: 3, SEGMENT: 2, TYPE: 1 };

/** Of the definitions of one process that count for a record, the most specific; of equals, the older. */
export const mostSpecific = <W extends { readonly id: string; readonly process?: string; readonly scope?: Scope }>(
  candidates: readonly W[],
): readonly W[] => {
  const groups = Map.groupBy(candidates, ({ id, process }) => process ?? id);
  const rankOf = ({ scope }: W): number => (scope ? ranks[scope.kind] : 0);
  return [...groups.values()].flatMap(
    (group) => group.toSorted((a, b) => rankOf(b) - rankOf(a) || a.id.localeCompare(b.id))[0] ?? [],
  );
};
