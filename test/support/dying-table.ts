// A worker that can be killed at a write: everything that it asks of the table goes through this one.
import type { Table } from '#kernel';

export type DyingTable = {
  /** What was asked of the table; tests empty it. */
  requests: string[];
  /** The table as this worker reaches it. */
  through(table: Table): Table;
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
  const writing = (what: string, work: () => Promise<void>): Promise<void> =>
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
    dieAt: begin,
    revive: () => begin(Infinity),
    isDead: () => life.isDead,
  };
  return worker;
};
