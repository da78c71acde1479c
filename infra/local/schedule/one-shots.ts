// EventBridge Scheduler's one-shots: kept until their moment, then handed to Lambda's queue in one transaction.
import type { LocalClock } from '../clock.ts';
import type { QueueStore } from '../queues/queue-store.ts';
import { atomically, type Store } from '../store.ts';
import { invokeLater } from './async-invocations.ts';

/** A schedule as it was made; `request` is the whole input of CreateSchedule. */
export type OneShot = {
  readonly group: string;
  readonly name: string;
  readonly dueAt: number;
  readonly functionName: string;
  readonly input: unknown;
  readonly request: Readonly<Record<string, unknown>>;
};

/** One-shots by group and name. */
export type OneShots = {
  /** Answers false when the name is taken. */
  create(oneShot: OneShot): boolean;
  get(group: string, name: string): OneShot['request'] | undefined;
  /** Answers false when there is none. */
  delete(group: string, name: string): boolean;
  /** The moment of the next one. */
  nextDue(): number | undefined;
  stop(): void;
};

/** Opens the one-shots and calls each at its moment; those that were missed, at once. */
export function startOneShots(store: Store, queues: QueueStore, clock: LocalClock): OneShots {
  store.exec(`CREATE TABLE IF NOT EXISTS one_shots (
    schedule_group TEXT NOT NULL, name TEXT NOT NULL, due_at INTEGER NOT NULL, function TEXT NOT NULL, input TEXT NOT NULL,
    request TEXT NOT NULL, PRIMARY KEY (schedule_group, name)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS one_shots_due ON one_shots (due_at)`);
  const sql = {
    insert: store.prepare(
      'INSERT OR IGNORE INTO one_shots (schedule_group, name, due_at, function, input, request) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    get: store.prepare('SELECT request FROM one_shots WHERE schedule_group = ? AND name = ?'),
    delete: store.prepare('DELETE FROM one_shots WHERE schedule_group = ? AND name = ?'),
    next: store.prepare('SELECT min(due_at) AS due_at FROM one_shots'),
    due: store.prepare('SELECT * FROM one_shots WHERE due_at <= ? ORDER BY due_at, name'),
  };
  const nextDue = (): number | undefined => {
    const moment = sql.next.get()?.['due_at'];
    return moment === null || moment === undefined ? undefined : Number(moment);
  };
  let cancel = (): void => undefined;
  const arm = (): void => {
    cancel();
    const moment = nextDue();
    cancel = moment === undefined ? () => undefined : clock.alarm(moment, fire);
  };
  const fire = (): void => {
    atomically(store, () => {
      for (const row of sql.due.all(clock.now())) {
        sql.delete.run(row['schedule_group'] as string, row['name'] as string);
        invokeLater(queues, String(row['function']), JSON.parse(String(row['input'])));
      }
    });
    arm();
  };
  arm();
  return {
    create({ group, name, dueAt, functionName, input, request }) {
      const made =
        sql.insert.run(group, name, dueAt, functionName, JSON.stringify(input), JSON.stringify(request)).changes > 0;
      if (made) arm();
      return made;
    },
    get(group, name) {
      const row = sql.get.get(group, name);
      return row && (JSON.parse(String(row['request'])) as OneShot['request']);
    },
    delete: (group, name) => sql.delete.run(group, name).changes > 0,
    nextDue,
    stop: () => {
      cancel();
    },
  };
}
