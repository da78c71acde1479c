// Word to whoever comes next: versions that are being recorded and may not have been told yet, should the one who does it die.
import type { DomainEvent, Item, Runtime } from '#kernel';
import { publishEvents } from '#kernel/event-log';
import { readVersions, type Unnumbered } from '#kernel/feed';

type Record = { readonly tenant: string; readonly id: string };
type Work = Pick<Runtime, 'ports' | 'ids'>;

/** Each who records leaves word of its own, so that nobody takes that of another for it. */
type Word = Item & { readonly record: string; readonly from: number; readonly to: number };

const partitionOf = (tenant: string): string => `${tenant}#untold`;

/** Records versions of one record and tells them. Between the two nobody else would find them missing, so that word is left. */
export const tellRecorded = async (
  { ports, ids }: Work,
  { tenant, id }: Record,
  events: readonly Unnumbered[],
): Promise<void> => {
  const versions = events.map(({ event }) => event.record.version);
  if (versions.length === 0) return;
  const key = { pk: partitionOf(tenant), sk: ids.next('unt') };
  const word: Word = { ...key, record: id, from: Math.min(...versions), to: Math.max(...versions) };
  await ports.table.write({ kind: 'put', item: word });
  await publishEvents(ports, events);
  await ports.table.write({ kind: 'delete', key });
};

/** Tells what was recorded by one who died; what was told already is told again. Answers how many events that were. */
export const tellUntold = async ({ ports }: Pick<Work, 'ports'>, tenant: string): Promise<number> => {
  let told = 0;
  const { items } = await ports.table.query({ pk: partitionOf(tenant), consistent: true });
  for (const { pk, sk, record, ...term } of items as readonly Word[]) {
    const events = (await readVersions(ports.table, tenant, record, term)).map(({ event }) => event);
    await publish(ports, events);
    // Where the last one is not recorded yet, the one who left word may be about to.
    if (events.some((event) => event.record.version === term.to))
      await ports.table.write({ kind: 'delete', key: { pk, sk } });
    told += events.length;
  }
  return told;
};

const publish = async ({ bus }: Pick<Runtime['ports'], 'bus'>, events: readonly DomainEvent[]): Promise<void> => {
  const refused = await bus.publish(events.map((event) => ({ type: event.type, at: event.at, detail: event })));
  if (refused.length > 0) throw new Error(`The bus did not take ${String(refused.length)} events.`);
};
