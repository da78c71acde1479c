// How many items the background writes for one change: what record-events and react do with it, counted at the table.
import { consumeEvents } from '#kernel/consume-events';
import { recordChanges, type RowChange } from '#kernel/event-log';
import { execute } from '#kernel/execute';
import { newMeter } from '#kernel/table';
import type { DomainEvent, Item, Runtime, Table, Write } from '#kernel';
import { contactInput, type Data } from './data.ts';
import type { Product } from './product.ts';
import { atMost, type Row } from './rows.ts';

/** The rows. */
export const backgroundRows = async (product: Product, data: Data): Promise<readonly Row[]> => {
  const account = await product.table.get({ pk: `${product.actor.tenant}#${data.account}`, sk: 'row' });
  const background = follow(product, account);
  // The first contact of an account becomes its main one; the next ones are the usual case.
  await background.prepare('createContact', { ...contactInput(76), account: data.account });
  // Nobody's double: a pair that may be the same is a record of its own, with items of its own.
  const unlike = { firstName: 'Belisario', lastName: 'Quimbita Toapanta', email: 'b.quimbita@molinera.com.ec' };
  const contact = await background.items('createContact', { ...contactInput(77), ...unlike, account: data.account });
  const { id, version } = await background.prepare('createOpportunity', {
    name: 'Remodelación de la clínica',
    account: data.account,
    contact: data.contact,
    amount: { amount: '900.00', currency: 'USD' },
    expectedCloseOn: '2026-12-20',
  });
  const move = await background.items('moveOpportunity', { id, version, stage: 'ENGAGING' });
  return [
    atMost('background items for a new contact', { budget: 12, measured: contact, unit: 'items' }),
    atMost('background items for a stage move', { budget: 8, measured: move, unit: 'items' }),
  ];
};

type Watch = { readonly changes: RowChange[]; readonly before: Map<string, Item>; items: number };

/** `known` was there before anybody followed. */
const follow = ({ runtime: opened, actor }: Product, known: Item | undefined) => {
  const watch: Watch = { changes: [], before: new Map(known && [[known.pk, known]]), items: 0 };
  const events: DomainEvent[] = [];
  const table = watched(opened.ports.table, watch);
  const runtime: Runtime = { ...opened, ports: { ...opened.ports, ...quiet, table, bus: busInto(events) } };
  const run = async (operation: string, input: Readonly<Record<string, unknown>>): Promise<Item> => {
    const declared = runtime.registry.operations.get(operation);
    if (!declared) throw new Error(`There is no operation ${operation}.`);
    return (await execute({ runtime, actor, table, meter: newMeter() }, declared, input)) as Item;
  };
  const settle = async (): Promise<number> => {
    watch.items = 0;
    while (watch.changes.length > 0) {
      const failed = await recordChanges({ ...runtime.ports, ...runtime }, watch.changes.splice(0));
      for (const cause of failed.values()) throw cause;
      const refused = await consumeEvents(runtime, events.splice(0));
      for (const cause of refused.values()) throw cause;
    }
    return watch.items;
  };
  const prepare = async (operation: string, input: Readonly<Record<string, unknown>>): Promise<Item> => {
    const row = await run(operation, input);
    await settle();
    return row;
  };
  return {
    /** Runs an operation and all that follows it, without counting. */
    prepare,
    /** Items that the background writes after an operation. */
    items: async (operation: string, input: Readonly<Record<string, unknown>>): Promise<number> => {
      await run(operation, input);
      return settle();
    },
  };
};

const quiet = {
  scheduler: { wakeAt: () => Promise.resolve() },
  queues: { send: () => Promise.resolve() },
};

const busInto = (events: DomainEvent[]): Runtime['ports']['bus'] => ({
  publish: (entries) => {
    events.push(...entries.map(({ detail }) => detail as DomainEvent));
    return Promise.resolve([]);
  },
});

/** The table, counting items and noting rows as the stream would. */
const watched = (table: Table, watch: Watch): Table => {
  const note = (writes: readonly Write[]): void => {
    watch.items += writes.length;
    for (const write of writes) {
      if (write.kind !== 'put' || write.item.sk !== 'row') continue;
      const before = watch.before.get(write.item.pk);
      watch.changes.push({ ...(before && { before }), after: write.item });
      watch.before.set(write.item.pk, write.item);
    }
  };
  const over = (inner: Table): Table => ({
    ...inner,
    write: (write) =>
      inner.write(write).then(() => {
        note([write]);
      }),
    transact: (writes) =>
      inner.transact(writes).then(() => {
        note(writes);
      }),
    batchWrite: (writes) =>
      inner.batchWrite(writes).then(() => {
        note(writes);
      }),
    metered: (meter) => over(inner.metered(meter)),
  });
  return over(table);
};
