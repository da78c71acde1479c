// What waits for an endpoint, beside its row: where it stands in the feed, who works on it, what did not get through, what was
// asked for once more, and the ledger of what was sent. None of it are records, so that deliveries make no events themselves.
import { ConditionFailed, given, type Item, type Key, type Table } from '#kernel';
import type { FeedPosition } from '#kernel/feed';
import type { Position } from '#kernel/table';
import { placeOf, type Entry, type Told, type Waiting } from './delivery.rules.ts';

/** Where an endpoint stands. */
export type Outbox = {
  readonly positions: FeedPosition;
  /** The start that the positions were counted from; another one in the row begins anew. */
  readonly startsAt: FeedPosition;
  /** Nothing is sent before. */
  readonly restUntil?: string;
  /** The first failure since which nothing got through. */
  readonly failedSince?: string;
  /** The last of these failures. */
  readonly failedAt?: string;
  /** The moment for which word to look again is on its way. */
  readonly wakeAt?: string;
};

/** The same with the moment for which word is on its way. */
export const withWake = ({ wakeAt: _before, ...box }: Outbox, wakeAt: string | undefined): Outbox => ({
  ...box,
  ...(wakeAt !== undefined && { wakeAt }),
});

/** The worker that has the outbox. */
export type Holder = { readonly by: string; readonly now: Date };

const leaseSeconds = 90;

/** The partition of an endpoint. */
export const partitionOf = (tenant: string, endpoint: string): string => `${tenant}#${endpoint}`;
const boxKey = (pk: string): Key => ({ pk, sk: 'outbox' });

/** Another worker took the outbox over: what this one has found out is not written. */
export class OutboxLost extends Error {
  override readonly name = 'OutboxLost';
}

/** Takes the outbox; when a worker is at it, that one is told to look again and `held` says until when it is believed to live. */
export const takeOutbox = async (
  table: Table,
  pk: string,
  { by, now }: Holder,
): Promise<{ readonly box: Outbox | undefined } | { readonly held: string | undefined }> => {
  try {
    await table.write({
      kind: 'update',
      key: boxKey(pk),
      update: {
        text: 'SET leaseBy = :by, leaseUntil = :until REMOVE again',
        values: { ':by': by, ':until': new Date(now.getTime() + leaseSeconds * 1000).toISOString() },
      },
      condition: {
        text: 'attribute_not_exists(leaseUntil) OR leaseUntil < :now',
        values: { ':now': now.toISOString() },
      },
    });
    const item = await table.get(boxKey(pk), { consistent: true });
    return { box: item?.['positions'] === undefined ? undefined : boxIn(item) };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return tellHolder(table, pk, { by, now }, error.existing);
  }
};

/** Where an endpoint stands, for who only looks; undefined before anybody has worked for it. */
export const readOutbox = async (table: Table, pk: string): Promise<Outbox | undefined> => {
  const item = await table.get(boxKey(pk));
  return item?.['positions'] === undefined ? undefined : boxIn(item);
};

/** Without the lease, which would be written again with it and last although nobody works. */
const boxIn = (item: Item): Outbox => {
  const { pk: _pk, sk: _sk, leaseBy: _by, leaseUntil: _until, ...box } = item;
  return box as unknown as Outbox;
};

/** Of many that come while somebody works, the first leaves word and comes back; the others may go. */
const tellHolder = async (table: Table, pk: string, holder: Holder, existing: Item | undefined) => {
  if (existing?.['again'] === true) return { held: undefined };
  try {
    await table.write({
      kind: 'update',
      key: boxKey(pk),
      update: { text: 'SET again = :yes', values: { ':yes': true } },
      condition: { text: 'leaseBy = :by', values: { ':by': existing?.['leaseBy'] } },
    });
    return { held: String(existing?.['leaseUntil']) };
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    return takeOutbox(table, pk, holder);
  }
};

/** Writes where the endpoint stands now and lets go. Answers whether word was left meanwhile. @throws OutboxLost */
export const giveBack = async (table: Table, pk: string, by: string, box: Outbox | undefined): Promise<boolean> => {
  const put = (condition: string) =>
    table.write({
      kind: 'put',
      item: { ...boxKey(pk), ...box },
      condition: { text: condition, values: { ':by': by } },
    });
  try {
    await put('leaseBy = :by AND attribute_not_exists(again)');
    return false;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
    if (error.existing?.['leaseBy'] !== by) throw new OutboxLost();
    await put('leaseBy = :by');
    return true;
  }
};

/** What did not get through yet (`pending`), or was asked for once more (`again`), in the order of the feed. */
export const readWaiting = async (table: Table, pk: string, kind: 'pending' | 'again'): Promise<readonly Waiting[]> => {
  const waiting: Waiting[] = [];
  for await (const portion of portionsOf(table, pk, kind)) waiting.push(...portion);
  return waiting;
};

/** Of these events, those that did not get through yet: by their ids, without reading all that waits beside them. */
export const stillWaiting = async (table: Table, pk: string, told: readonly Told[]): Promise<ReadonlySet<string>> => {
  const keys = told.map((each) => ({ pk, sk: placeOf('pending', each) }));
  const items = (await table.batchGet(keys, { consistent: true })) as unknown as readonly Waiting[];
  return new Set(items.map(({ event }) => event));
};

/** Of what was asked for once more, the first that can go: what is held up is read past, as far as some hundreds. */
export const readAgain = async (
  table: Table,
  pk: string,
  most: number,
  isHeldUp: (each: Waiting) => boolean,
): Promise<readonly Waiting[]> => {
  const free: Waiting[] = [];
  let portions = 0;
  for await (const portion of portionsOf(table, pk, 'again', most)) {
    free.push(...portion.filter((each) => !isHeldUp(each)));
    portions += 1;
    if (free.length >= most || portions === mostPortions) break;
  }
  return free.slice(0, most);
};

const mostPortions = 20;

async function* portionsOf(
  table: Table,
  pk: string,
  kind: 'pending' | 'again',
  limit?: number,
): AsyncGenerator<readonly Waiting[]> {
  let after: Position | undefined;
  do {
    const page = await table.query({
      pk,
      sort: { beginsWith: `${kind}#` },
      consistent: true,
      ...given({ after, limit }),
    });
    yield page.items as unknown as readonly Waiting[];
    after = page.next;
  } while (after);
}

/** Keeps what waits. */
export const putWaiting = (table: Table, pk: string, waiting: readonly Waiting[]): Promise<void> =>
  table.batchWrite(waiting.map((each) => ({ kind: 'put', item: { ...each, pk } })));

/** Writes at a time. */
const mostWrites = 50;

/** Makes due now what waits. One that has gone meanwhile stays gone. */
export const makeDue = async (table: Table, pk: string, waiting: readonly Waiting[], now: string): Promise<void> => {
  const later = waiting.filter(({ nextAt }) => nextAt > now);
  for (let at = 0; at < later.length; at += mostWrites)
    await Promise.all(later.slice(at, at + mostWrites).map(({ sk }) => makeOneDue(table, { pk, sk }, now)));
};

const makeOneDue = async (table: Table, key: Key, now: string): Promise<void> => {
  try {
    await table.write({
      kind: 'update',
      key,
      update: { text: 'SET nextAt = :now', values: { ':now': now } },
      condition: { text: 'attribute_exists(sk)' },
    });
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
};

/** Forgets what waits no more. */
export const dropWaiting = (table: Table, pk: string, waiting: readonly Pick<Waiting, 'sk'>[]): Promise<void> =>
  table.batchWrite(waiting.map(({ sk }) => ({ kind: 'delete', key: { pk, sk } })));

/** Entries of the ledger are kept for so long. */
const keptSeconds = 30 * 86_400;

/** So many attempts of one delivery are kept: somebody may ask for it any number of times, and an item has its end. */
const mostKept = 20;

/** Writes what became of deliveries: first attempts as they are, later ones behind those before them. */
export const writeLedger = async (table: Table, pk: string, entries: readonly Entry[], now: Date): Promise<void> => {
  const expiresAt = Math.floor(now.getTime() / 1000) + keptSeconds;
  // One that waited may be asked for once more in the same pass.
  const all = [...Map.groupBy(entries, ({ sk }) => sk)];
  const later = all.filter(([, group]) => group.every(({ isLater }) => isLater));
  const known = await table.batchGet(
    later.map(([sk]) => ({ pk, sk })),
    { consistent: true },
  );
  const before = new Map((known as unknown as readonly Entry[]).map(({ sk, attempts }) => [sk, attempts]));
  const items = all.flatMap(([sk, group]) => {
    const attempts = [...(before.get(sk) ?? []), ...group.flatMap((each) => each.attempts)].slice(-mostKept);
    return group.slice(-1).map(({ isLater: _isLater, ...latest }) => ({ ...latest, attempts, pk, expiresAt }));
  });
  await table.batchWrite(items.map((item) => ({ kind: 'put', item })));
};
