// Recording: from row images to events in log and feed and on the bus. Replaying is harmless.
import { registryFor, type CustomFieldsSource } from './custom-fields.ts';
import type { AnyEntity } from './entity.ts';
import { eventOf, replacedSecrets } from './event-of-change.ts';
import type { EventMark } from './events.ts';
import { appendToFeed, type Unnumbered } from './feed.ts';
import type { Bus, Scheduler } from './ports.ts';
import type { Log } from './context.ts';
import type { Registry } from './registry.ts';
import { identityOf } from './rows.ts';
import type { Item, Table } from './table.ts';

/** A row before and after one write, as the stream carries it. */
export type RowChange = { readonly before?: Item; readonly after?: Item };

/** What recording needs of the outside. */
export type Recorder = CustomFieldsSource & {
  readonly table: Table;
  readonly bus: Bus;
  readonly scheduler: Scheduler;
  readonly log: Log;
};

/** Events per transaction: 100 writes less the eight heads. */
const eventsPerTransaction = 90;

/** Whether the change is an event: an entity's row with a new mark. Housekeeping that keeps the mark is none, nor is a restored row. */
export const isEvent = ({ before, after }: RowChange): boolean => {
  const mark = after?.sk === 'row' ? markOf(after) : undefined;
  return mark !== undefined && mark.restored !== true && markOf(before)?.id !== mark.id;
};

const markOf = (item: Item | undefined): EventMark | undefined => item?.['event'] as EventMark | undefined;

/** Writes the changes' events to log and feed, publishes them and sees that timers wake. Answers the changes that failed. */
export const recordChanges = async (
  recorder: Recorder,
  changes: readonly RowChange[],
): Promise<ReadonlyMap<RowChange, unknown>> => {
  const failed = new Map<RowChange, unknown>();
  for (const [, group] of byTenant(changes.filter(isEvent))) {
    for (let start = 0; start < group.length; start += eventsPerTransaction) {
      const chunk = group.slice(start, start + eventsPerTransaction);
      try {
        await recordChunk(recorder, chunk);
      } catch (error) {
        for (const change of chunk) failed.set(change, error);
      }
    }
  }
  return failed;
};

const byTenant = (changes: readonly RowChange[]): ReadonlyMap<string, RowChange[]> =>
  Map.groupBy(changes, ({ after }) => identityOf(after?.pk ?? '').tenant);

const recordChunk = async (recorder: Recorder, chunk: readonly RowChange[]): Promise<void> => {
  const { tenant } = identityOf(chunk[0]?.after?.pk ?? '');
  const images = chunk.flatMap(({ before, after }) => [before, after]);
  const reading = { registry: await registryFor(recorder, tenant, images), log: recorder.log };
  await publishEvents(
    recorder,
    chunk.flatMap((change) => unnumberedEvent(reading, change)),
  );
  const minutes = new Set(chunk.flatMap(dueMinute));
  for (const minute of minutes) await recorder.scheduler.wakeAt(`${minute}:00.000Z`);
};

/** Numbers events of one tenant, at most `eventsPerTransaction`, and publishes them. @throws when the bus refuses some */
export const publishEvents = async (
  { table, bus }: Pick<Recorder, 'table' | 'bus'>,
  events: readonly Unnumbered[],
): Promise<void> => {
  const recorded = await appendToFeed(table, events);
  const refused = await bus.publish(recorded.map((event) => ({ type: event.type, at: event.at, detail: event })));
  if (refused.length > 0)
    throw new Error(`The bus did not take ${String(refused.length)} of ${String(recorded.length)} events.`);
};

/** The event of a change, still without its place in the feed. Of one that comes alone nobody expects to know what was before. */
export const unnumberedEvent = (
  { registry, log }: { readonly registry: Registry; readonly log: Log },
  { before, after }: RowChange,
  comes: 'after its predecessor' | 'alone' = 'after its predecessor',
): readonly Unnumbered[] => {
  const of = registry.entities.get(String(after?.['entity']));
  const mark = markOf(after);
  if (!of || !after || !mark) return [];
  if (comes !== 'alone') noteGap(log, of, before, after);
  return [{ event: eventOf(of, before, after, mark), mark, secrets: replacedSecrets(of, before, after) }];
};

/** The minute in which the timer of a row falls due, where the change set it. */
const dueMinute = ({ before, after }: RowChange): readonly string[] => {
  const due = after?.['duesk'];
  return typeof due === 'string' && due !== before?.['duesk'] ? [due.slice(0, 16)] : [];
};

const noteGap = (log: Log, of: AnyEntity, before: Item | undefined, after: Item): void => {
  if (Number(before?.['version'] ?? 0) + 1 === after['version']) return;
  log.error('A version of a record never came through the stream.', {
    entity: of.name,
    record: after['id'],
    version: after['version'],
  });
  log.count('VersionGap');
};
