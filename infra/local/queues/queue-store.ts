// Queues as SQS has them, in the local cloud's own file: at-least-once, leases, delays, dead letters.
import { randomUUID } from 'node:crypto';
import type { LocalClock } from '../clock.ts';
import { atomically, type Store } from '../store.ts';
import { openMessageRows, toMessage, type MessageRows } from './message-rows.ts';

/** What is sent. */
export type NewMessage = {
  readonly body: string;
  readonly delaySeconds?: number;
  readonly attributes?: string;
  /** Groups are handed out by turns, as fair queues of SQS do: the backlog of one does not hold up the others. */
  readonly group?: string;
};

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
  const rows = openMessageRows(store);
  const listeners = new Map<string, (() => void)[]>();
  const grouped = new Set(rows.grouped.all().map(({ queue }) => String(queue)));
  const parts: QueueParts = {
    grouped,
    store,
    clock,
    rows,
    announce(queue) {
      for (const listener of listeners.get(queue) ?? []) listener();
    },
  };
  return {
    ...sending(parts),
    ...receiving(parts),
    ...looking(parts),
    onSend: (queue, listener) => void listeners.set(queue, [...(listeners.get(queue) ?? []), listener]),
  };
}

type QueueParts = {
  /** Queues with groups: in all others the order of sending is found without looking at every message. */
  readonly grouped: Set<string>;
  readonly store: Store;
  readonly clock: LocalClock;
  readonly rows: MessageRows;
  readonly announce: (queue: string) => void;
};

const sending = ({
  grouped,
  store,
  clock,
  rows,
  announce,
}: QueueParts): Pick<QueueStore, 'send' | 'move' | 'purge'> => ({
  send(queue, messages) {
    const now = clock.now();
    const ids = atomically(store, () =>
      messages.map(({ body, attributes = null, delaySeconds = 0, group = null }) => {
        const id = randomUUID();
        rows.insert.run(queue, id, body, attributes, now, now + delaySeconds * 1000, group);
        if (group !== null) grouped.add(queue);
        return id;
      }),
    );
    announce(queue);
    return ids;
  },
  move(receipts, queue) {
    const now = clock.now();
    atomically(store, () => {
      for (const receipt of receipts) rows.move.run(queue, now, receipt);
    });
    announce(queue);
  },
  purge: (queue) => void rows.purge.run(queue),
});

const receiving = ({
  grouped,
  store,
  clock,
  rows,
}: QueueParts): Pick<QueueStore, 'receive' | 'delete' | 'release'> => ({
  receive(queue, max, leaseEnds) {
    const now = clock.now();
    const ready = grouped.has(queue) ? rows.readyByTurns : rows.ready;
    return atomically(store, () =>
      ready.all(queue, now, max).map((row) => {
        const receipt = randomUUID();
        rows.lease.run(receipt, leaseEnds, now, row['sequence'] ?? null);
        return toMessage(row, receipt, now);
      }),
    );
  },
  delete(receipts) {
    atomically(store, () => {
      for (const receipt of receipts) rows.delete.run(receipt);
    });
  },
  release(receipts, readyAt) {
    atomically(store, () => {
      for (const receipt of receipts) rows.release.run(readyAt, receipt);
    });
  },
});

const looking = ({ clock, rows }: QueueParts): Pick<QueueStore, 'counts' | 'nextReadyAt'> => ({
  counts(queue) {
    const row = rows.counts.get(clock.now(), queue);
    const count = (name: keyof QueueCounts): number => Number(row?.[name] ?? 0);
    return { ready: count('ready'), leased: count('leased'), delayed: count('delayed'), retrying: count('retrying') };
  },
  nextReadyAt(queue) {
    const next = Number(rows.next.get(queue, clock.now())?.['ready_at'] ?? untilTheProcessEnds);
    return next === untilTheProcessEnds ? undefined : next;
  },
});
