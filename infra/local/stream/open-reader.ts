// Chooses how the stream is read: from the engine's file, or through the API of another endpoint.
import type { Store } from '../store.ts';
import { canonical, type ExpirySweep } from '../table/expiry-sweep.ts';
import type { CallTable } from '../table/table-call.ts';
import { triggersOn, type Wiring } from '../wiring.ts';
import { openApiReader } from './api-reader.ts';
import { openEngineReader } from './engine-reader.ts';
import type { StreamReader } from './stream-reader.ts';

/** What the choice needs. `dbPath` is undefined when the table is elsewhere. */
export type ReaderOptions = {
  readonly callStreams: CallTable;
  readonly wiring: Wiring;
  readonly dbPath: string | undefined;
  readonly tableName: string;
  readonly store: Store;
  readonly expiry: ExpirySweep;
};

/** Opens the reader. */
export function openReader({ callStreams, wiring, dbPath, tableName, store, expiry }: ReaderOptions): StreamReader {
  if (dbPath === undefined) return openApiReader({ call: callStreams, tableName, store });
  return openEngineReader({
    dbPath,
    tableName,
    store,
    sortKeys: wantedSortKeys(triggersOn(wiring, 'stream').map(({ trigger }) => trigger.filter)),
    wasDeletedByService: (change) =>
      change?.Keys !== undefined && expiry.wasDeletedByService(canonical(change.Keys as never)),
  });
}

type Filter = Readonly<Record<string, unknown>> | undefined;

/** The sort keys that all filters ask for by their exact value; the engine's file need not give us the others. */
const wantedSortKeys = (filters: readonly Filter[]): readonly string[] | undefined => {
  const wanted = filters.map((filter) => at(filter, ['dynamodb', 'Keys', 'sk', 'S']));
  const lists = wanted.filter(
    (list): list is readonly string[] => Array.isArray(list) && list.every((value) => typeof value === 'string'),
  );
  return lists.length === filters.length ? [...new Set(lists.flat())] : undefined;
};

const at = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, unknown>>)[name] : undefined,
    value,
  );
