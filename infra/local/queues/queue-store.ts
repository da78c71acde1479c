// Queues as SQS has them, in the local cloud's own file: at-least-once, leases, delays, dead letters.
import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { atomically, type Store } from '../store.ts';

/** What is sent. */
export type NewMessage = { readonly body: string; readonly delaySeconds?: number; readonly attributes?: string };

/** What is received. `receipt` stands for this delivery of the message. */
export type Message = {
  readonly id: string;
  readonly receipt: string;
  readonly body: string;
  readonly attributes: string | undefined;
  readonly sentAt: number;
  readonly firstReceivedAt: number;
  readonly received: number;
};

/** How many messages wait, are being worked on, come later, and (of these) come again after a failure. */
export type QueueCounts = {
  readonly ready: number;
  readonly leased: number;
  readonly delayed: number;
  readonly retrying: number;
};

/** All queues. A queue is there once it is named. */
export type QueueStore = {
  send(queue: string, messages: readonly NewMessage[]): readonly string[];
  /** Leases up to `max` ready messages until `leaseEnds` (milliseconds). */
  receive(queue: string, max: number, leaseEnds: number): readonly Message[];
  delete(receipts: readonly string[]): void;
  /** Gives leased messages back; they are ready at `readyAt`. */
  release(receipts: readonly string[], readyAt: number): void;
  /** Moves messages to another queue as new ones, all or none. */
  move(receipts: readonly string[], queue: string): void;
  purge(queue: string): void;
  counts(queue: string): QueueCounts;
  /** When the next delayed message becomes ready. */
  nextReadyAt(queue: string): number | undefined;
  /** Called after messages were sent to the queue. */
  onSend(queue: string, listener: () => void): void;
};

/** A lease that ends with the process: its receiver runs inside it. */
export const untilTheProcessEnds = Number.MAX_SAFE_INTEGER;

/** Opens the queues. Leases of a process that has died are void. */
export function openQueues(store: Store, clock: LocalClock): QueueStore {
  store.exec(`
    CREATE TABLE IF NOT EXISTS messages (
      sequence INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT, receipt TEXT,
      sent_at INTEGER NOT NULL, ready_at INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER);
    CREATE INDEX IF NOT EXISTS messages_ready ON messages (queue, ready_at, sequence);
    CREATE UNIQUE INDEX IF NOT EXISTS messages_receipt ON messages (receipt) WHERE receipt IS NOT NULL;
    UPDATE messages SET receipt = NULL, ready_at = 0 WHERE receipt IS NOT NULL`);
  const sql = prepareStatements(store);
  const listeners = new Map<string, (() => void)[]>();
  const announce = (queue: string): void =>
    listeners.get(queue)?.forEach((listener) => {
      listener();
    });
  const each = (receipts: readonly string[], change: (receipt: string) => unknown): void => {
    atomically(store, () => {
      receipts.forEach(change);
    });
  };
  return {
    send(queue, messages) {
      const now = clock.now();
      const ids = atomically(store, () =>
        messages.map((message) => {
          const id = randomUUID();
          sql.insert.run(
            queue,
            id,
            message.body,
            message.attributes ?? null,
            now,
            now + (message.delaySeconds ?? 0) * 1000,
          );
          return id;
        }),
      );
      announce(queue);
      return ids;
    },
    receive(queue, max, leaseEnds) {
      const now = clock.now();
      return atomically(store, () =>
        sql.ready.all(queue, now, max).map((row) => {
          const receipt = randomUUID();
          sql.lease.run(receipt, leaseEnds, now, row['sequence'] as number);
          return toMessage(row, receipt, now);
        }),
      );
    },
    delete: (receipts) => {
      each(receipts, (receipt) => sql.delete.run(receipt));
    },
    release: (receipts, readyAt) => {
      each(receipts, (receipt) => sql.release.run(readyAt, receipt));
    },
    move(receipts, queue) {
      each(receipts, (receipt) => sql.move.run(queue, clock.now(), receipt));
      announce(queue);
    },
    purge: (queue) => void sql.purge.run(queue),
    counts(queue) {
      const row = sql.counts.get(clock.now(), queue);
      const count = (name: keyof QueueCounts): number => Number(row?.[name] ?? 0);
      return { ready: count('ready'), leased: count('leased'), delayed: count('delayed'), retrying: count('retrying') };
    },
    nextReadyAt(queue) {
      const next = sql.next.get(queue, clock.now())?.['ready_at'];
      return next === undefined || next === null || Number(next) === untilTheProcessEnds ? undefined : Number(next);
    },
    onSend: (queue, listener) => void listeners.set(queue, [...(listeners.get(queue) ?? []), listener]),
  };
}

const prepareStatements = (store: Store) => ({
  insert: store.prepare(
    'INSERT INTO messages (queue, id, body, attributes, sent_at, ready_at) VALUES (?, ?, ?, ?, ?, ?)',
  ),
  ready: store.prepare('SELECT * FROM messages WHERE queue = ? AND ready_at <= ? ORDER BY ready_at, sequence LIMIT ?'),
  lease: store.prepare(`UPDATE messages SET receipt = ?, ready_at = ?, received = received + 1,
    first_received_at = coalesce(first_received_at, ?) WHERE sequence = ?`),
  delete: store.prepare('DELETE FROM messages WHERE receipt = ?'),
  release: store.prepare('UPDATE messages SET receipt = NULL, ready_at = ? WHERE receipt = ?'),
  move: store.prepare(`UPDATE messages SET queue = ?, receipt = NULL, ready_at = ?, received = 0, first_received_at = NULL
    WHERE receipt = ?`),
  purge: store.prepare('DELETE FROM messages WHERE queue = ?'),
  counts: store.prepare(`SELECT sum(ready_at <= ?1) AS ready, sum(ready_at > ?1 AND receipt IS NOT NULL) AS leased,
    sum(ready_at > ?1 AND receipt IS NULL) AS delayed,
    sum(ready_at > ?1 AND receipt IS NULL AND received > 0) AS retrying FROM messages WHERE queue = ?2`),
  next: store.prepare('SELECT min(ready_at) AS ready_at FROM messages WHERE queue = ? AND ready_at > ?'),
});

const toMessage = (row: Readonly<Record<string, unknown>>, receipt: string, now: number): Message => ({
  id: String(row['id']),
  receipt,
  body: String(row['body']),
  attributes: row['attributes'] === null ? undefined : String(row['attributes']),
  sentAt: Number(row['sent_at']),
  firstReceivedAt: Number(row['first_received_at'] ?? now),
  received: Number(row['received']) + 1,
});
