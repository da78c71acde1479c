// The durable parts of the local cloud: everything that is kept in the data folder and needs no port.
import { createBus, type Bus } from './bus/bus.ts';
import { openClock, type LocalClock } from './clock.ts';
import type { DataFolder } from './data-folder.ts';
import { openObjects, type ObjectStore } from './files/object-store.ts';
import { openMailbox, type Mailbox } from './mail/mailbox.ts';
import { openOutbox, type Outbox } from './messages/outbox.ts';
import { openQueues, type QueueStore } from './queues/queue-store.ts';
import { openSriDouble, type SriDouble } from './sri/sri-double.ts';
import { openStore, type Store } from './store.ts';
import type { Wiring } from './wiring.ts';

/** Opened parts. */
export type Parts = {
  readonly store: Store;
  readonly clock: LocalClock;
  readonly queues: QueueStore;
  readonly bus: Bus;
  readonly objects: ObjectStore;
  readonly mailbox: Mailbox;
  readonly outbox: Outbox;
  readonly sri: SriDouble;
};

/** Opens all of them on one file. */
export function openParts(folder: DataFolder, wiring: Wiring): Parts {
  const store = openStore(folder.store);
  const clock = openClock(store);
  const queues = openQueues(store, clock);
  const bus = createBus(wiring, queues, store);
  const objects = openObjects(store, folder.objects);
  const mailbox = openMailbox(store, folder.mails);
  const outbox = openOutbox(store, clock);
  return { store, clock, queues, bus, objects, mailbox, outbox, sri: openSriDouble(store, clock) };
}
