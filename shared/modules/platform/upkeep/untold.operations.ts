// Word to whoever comes next: versions that are being recorded and may not have been told yet, should the one who does it die.
import type { DomainEvent, Item, Key, Runtime } from '#kernel';
import { publishEvents } from '#kernel/event-log';
import { readVersions, type Unnumbered } from '#kernel/feed';

type Record = { readonly tenant: string; readonly id: string };

const keyOf = ({ tenant, id }: Record): Key => ({ pk: `${tenant}#untold`, sk: id });

/** Records versions of one record and tells them. Between the two nobody else would find them missing, so that word is left. */
export const tellRecorded = async (
  { ports }: Pick<Runtime, 'ports'>,
  record: Record,
  events: readonly Unnumbered[],
): Promise<void> => {
  const versions = events.map(({ event }) => event.record.version);
  if (versions.length === 0) return;
  const item: Item = { ...keyOf(record), from: Math.min(...versions), to: Math.max(...versions) };
  await ports.table.write({ kind: 'put', item });
  await publishEvents(ports, events);
  await ports.table.write({ kind: 'delete', key: keyOf(record) });
};

/** Tells what was recorded by one who died; what was told already is told again. Answers how many events that were. */
export const tellUntold = async ({ ports }: Pick<Runtime, 'ports'>, tenant: string): Promise<number> => {
  let told = 0;
  const { items } = await ports.table.query({ pk: keyOf({ tenant, id: '' }).pk, consistent: true });
  for (const { pk, sk, from, to } of items) {
    const term = { from: Number(from), to: Number(to) };
    const events = (await readVersions(ports.table, tenant, sk, term)).map(({ event }) => event);
    await publish(ports, events);
    await ports.table.write({ kind: 'delete', key: { pk, sk } });
    told += events.length;
  }
  return told;
};

const publish = async ({ bus }: Pick<Runtime['ports'], 'bus'>, events: readonly DomainEvent[]): Promise<void> => {
  const refused = await bus.publish(events.map((event) => ({ type: event.type, at: event.at, detail: event })));
  if (refused.length > 0) throw new Error(`The bus did not take ${String(refused.length)} events.`);
};
