import { Decimal } from 'decimal.js';
import type { AnyEntity, AnyField, DomainEvent, EventMark, Item } from '#kernel';
import type { FeedPosition } from '#kernel/feed';
import { dueKeys, fromItem, identityOf, uniqueKey, uniqueTexts } from '#kernel/rows';

/** What of a record's partition is its own, by how its sort keys begin; the rest are read models, made anew from the row. */
export const ownSorts: readonly string[] = ['row', 'part#', 'v#'];

/** Whether an item belongs to its record. */
export const isOwn = (sort: string, further: readonly string[]): boolean =>
  [...ownSorts, ...further].some((own) => sort.startsWith(own));

/** A line of NDJSON: an item with what JSON cannot say spelled out. */
export const toLine = (item: Item): string =>
  // A Decimal turns itself into text before a replacer sees it; the holder still has it.
  JSON.stringify(item, function spell(this: Record<string, unknown>, name, value: unknown) {
    const held = this[name];
    if (Decimal.isDecimal(held)) return { $decimal: held.toString() };
    if (held instanceof Uint8Array) return { $bytes: Buffer.from(held).toString('base64') };
    return value;
  });

/** The item of a line. */
export const fromLine = (line: string): Item =>
  JSON.parse(line, (_name, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    if ('$decimal' in value) return new Decimal(String(value.$decimal));
    return '$bytes' in value ? new Uint8Array(Buffer.from(String(value.$bytes), 'base64')) : value;
  }) as Item;

/** The items in lines, as they are in another tenant. Ids of tenants are in keys, events and names of files; nothing else looks like one. */
export const itemsIn = (lines: string, from: string, into: string): readonly Item[] =>
  lines
    .replaceAll(from, into)
    .split('\n')
    .filter((line) => line !== '')
    .map(fromLine);

/** Items as they are in another tenant. */
export const moved = (items: readonly Item[], from: string, into: string): readonly Item[] =>
  itemsIn(items.map(toLine).join('\n'), from, into);

/** What a backup says of itself. */
export type Manifest = {
  readonly format: 1;
  readonly tenant: string;
  readonly name: string;
  readonly at: string;
  /** When it was begun: what was erased since may be in it. Absent in older backups. */
  readonly began?: string;
  /** Files of items, in the order in which they were written: what comes later is newer. */
  readonly parts: readonly string[];
  readonly records: number;
  readonly items: number;
  /** Where the feed ended; later versions are not in the log of this backup. */
  readonly feed: FeedPosition;
  /** Versions that were recorded after that place, until the backup ended; 0 when the tenant was quiet. Absent in older backups. */
  readonly behind?: number;
  /** Stored files: their keys without the tenant. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Its users, to be let in again. */
  readonly users: readonly string[];
};

/** The items of one record, as they are to be stored in the new tenant. */
export type Restored = {
  readonly before: readonly Item[];
  readonly row?: Item;
  readonly events: readonly DomainEvent[];
  readonly due?: string;
};

/** What a restoration asks for besides the items. */
export type Restoring = {
  readonly feed: FeedPosition;
  /** Whether timers run in the new tenant; in a copy beside the living one they must not. */
  readonly keepsTimers: boolean;
  readonly now: string;
  entityOf(name: string): AnyEntity | undefined;
};

const logOf = (item: Item): DomainEvent | undefined => item['log'] as DomainEvent | undefined;

/** Entries of the log that the backup's own feed does not reach would leave a gap; their rows are recorded anew. */
const isWithin = (event: DomainEvent, feed: FeedPosition): boolean => event.sequence <= (feed[event.shard] ?? 0);

/** A record as it goes into the new tenant: its log first, the row last, so that a row that is there is complete. */
export const restoredRecord = (items: readonly Item[], restoring: Restoring): Restored => {
  const row = items.find(({ sk }) => sk === 'row');
  const others = items.filter((item) => item.sk !== 'row' && isKept(logOf(item), row, restoring));
  const events = others.flatMap((item) => logOf(item) ?? []);
  if (!row) return { before: others, events };
  const of = restoring.entityOf(String(row['entity']));
  const kept = withMark(timed(row, restoring), events);
  const due = kept['duesk'];
  return {
    before: [...others, ...(of ? guardsOf(of, kept) : [])],
    row: kept,
    events,
    ...(typeof due === 'string' && { due: due.slice(0, 16) }),
  };
};

/** Of the log, what the row has come to and the feed reaches. Everything else of a record is kept. */
const isKept = (event: DomainEvent | undefined, row: Item | undefined, { feed }: Restoring): boolean =>
  !event || (event.record.version <= Number(row?.['version'] ?? Number.POSITIVE_INFINITY) && isWithin(event, feed));

/** A row whose version is in the log brings its event with it; another one is recorded as new, without effects outside. */
const withMark = (row: Item, events: readonly DomainEvent[]): Item => {
  const isLogged = events.some((event) => event.record.version === row['version']);
  return { ...row, event: { ...(row['event'] as EventMark), ...(isLogged ? { restored: true } : { silent: true }) } };
};

/** The row with its timer, or without one. */
const timed = (row: Item, { keepsTimers, now }: Restoring): Item => {
  const { duepk: _hour, duesk, ...timeless } = row;
  if (typeof duesk !== 'string' || !keepsTimers) return timeless;
  const { tenant, id } = identityOf(row.pk);
  return { ...timeless, ...dueKeys(dueAfter(duesk.slice(0, 16), now), tenant, id) };
};

/** A minute that has passed is waited for in vain: what was due then is due in two minutes. */
const dueAfter = (minute: string, now: string): string => {
  const soon = new Date(Date.parse(now) + 120_000).toISOString().slice(0, 16);
  return minute > soon ? minute : soon;
};

/** The guards of a row's unique values. */
const guardsOf = (of: AnyEntity, item: Item): readonly Item[] => {
  const { tenant, id } = identityOf(item.pk);
  const row = fromItem(of, item);
  return Object.entries<AnyField>(of.fields).flatMap(([name, field]) =>
    uniqueTexts(field, row[name], row).map((text) => ({ ...uniqueKey(tenant, of.name, name, text), record: id })),
  );
};

/** Whether an event stands for its whole record in a first walk over the feed: every record has one first version, told or lost. */
export const opensRecord = ({ record, lost }: DomainEvent): boolean => (lost?.from ?? record.version) === 1;
