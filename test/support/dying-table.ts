// A worker that can be killed at a write, or at whatever else it does that stays done: all that it asks goes through this one.
import type { Ports, Table } from '#kernel';

export type DyingTable = {
  /** What was asked of the table; tests empty it. */
  requests: string[];
  /** The table as this worker reaches it. */
  through(table: Table): Table;
  /** All that it reaches, the table included: what it does outside counts like a write. */
  around(ports: Ports): Ports;
  /** Kills it at the n-th write from now: before it, or after it. Dead, it does nothing more, unless it lives on. */
  dieAt(write: number, how?: { readonly after?: boolean; readonly livesOn?: boolean }): void;
  /** Another worker takes its place, which nobody kills. */
  revive(): void;
  isDead(): boolean;
};

export const dyingTable = (): DyingTable => {
  const life = { left: Infinity, isDead: false, after: false, livesOn: false };
  const begin = (left: number, { after = false, livesOn = false } = {}): void =>
    void Object.assign(life, { left, isDead: false, after, livesOn });
  const reading = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    worker.requests.push(what);
    if (life.isDead) throw new Error('The worker is dead.');
    return work();
  };
  const writing: Writing = (what, work) =>
    reading(what, async () => {
      life.left -= 1;
      if (life.left !== 0) return work();
      const { after, livesOn } = life;
      if (after) await work();
      life.isDead = !livesOn;
      throw new Error(`The worker died. It was killed: it died ${after ? 'after' : 'before'} the write.`);
    });
  const worker: DyingTable = {
    requests: [],
    through: (table) => ({
      ...table,
      get: (key, options) => reading('get', () => table.get(key, options)),
      batchGet: (keys, options) => reading('batchGet', () => table.batchGet(keys, options)),
      query: (query) => reading('query', () => table.query(query)),
      write: (write) => writing('write', () => table.write(write)),
      batchWrite: (writes) => writing('batchWrite', () => table.batchWrite(writes)),
      transact: (writes) => writing('transact', () => table.transact(writes)),
      metered: (meter) => worker.through(table.metered(meter)),
    }),
    around: (ports) => ({ ...ports, ...outside(ports, writing), table: worker.through(ports.table) }),
    dieAt: begin,
    revive: () => begin(Infinity),
    isDead: () => life.isDead,
  };
  return worker;
};

type Writing = <T>(what: string, work: () => Promise<T>) => Promise<T>;

/** What a worker does outside that stays done. */
const outside = (
  { bus, queues, scheduler, files, mailer, messages, web, realtime }: Ports,
  writing: Writing,
): Partial<Ports> => ({
  bus: { publish: (entries) => writing('publish', () => bus.publish(entries)) },
  queues: { send: (queue, sent) => writing('send', () => queues.send(queue, sent)) },
  scheduler: { wakeAt: (minute) => writing('wakeAt', () => scheduler.wakeAt(minute)) },
  files: {
    ...files,
    put: (key, body, type) => writing('put', () => files.put(key, body, type)),
    copy: (from, to) => writing('copy', () => files.copy(from, to)),
    delete: (key) => writing('delete', () => files.delete(key)),
  },
  mailer: { send: (mail) => writing('mail', () => mailer.send(mail)) },
  messages: { ...messages, send: (message) => writing('message', () => messages.send(message)) },
  web: { fetch: (url, request) => writing('fetch', () => web.fetch(url, request)) },
  realtime: { ...realtime, publish: (channel, told) => writing('notice', () => realtime.publish(channel, told)) },
});
