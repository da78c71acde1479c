// The archive of the bus `crm`, as EventBridge keeps one for 30 days: what was published, to be told again.
import type { Store } from '../store.ts';
import type { BusEvent } from './bus.ts';

/** Events from one moment to another, both included; in milliseconds since 1970. */
export type Span = { readonly from: number; readonly to: number };

/** What was published. */
export type Archive = {
  keep(event: BusEvent, body: string): void;
  /** Events of a span in the order in which they were published, in portions; none that come while it is read. */
  read(span: Span): Iterable<readonly BusEvent[]>;
};

const keptMilliseconds = 30 * 86_400_000;
const portion = 500;

/** Opens the archive in the store. What is 30 days older than the newest goes when it is opened. */
export function openArchive(store: Store): Archive {
  store.exec(`CREATE TABLE IF NOT EXISTS archive (place INTEGER PRIMARY KEY, time INTEGER NOT NULL, body TEXT NOT NULL);
    DELETE FROM archive WHERE time < (SELECT MAX(time) FROM archive) - ${keptMilliseconds}`);
  const put = store.prepare('INSERT INTO archive (time, body) VALUES (?, ?)');
  const newest = store.prepare('SELECT MAX(place) AS place FROM archive');
  const next = store.prepare(
    'SELECT place, body FROM archive WHERE place > ? AND place <= ? AND time BETWEEN ? AND ? ORDER BY place LIMIT ?',
  );
  return {
    keep(event, body) {
      // What is told again is in the archive already.
      if (event['replay-name'] === undefined) put.run(Date.parse(event.time) || 0, body);
    },
    *read({ from, to }) {
      const last = Number(newest.get()?.['place'] ?? 0);
      for (let after = 0; ;) {
        const rows = next.all(after, last, from, to, portion);
        if (rows.length === 0) return;
        yield rows.map(({ body }) => JSON.parse(String(body)) as BusEvent);
        after = Number(rows.at(-1)?.['place']);
      }
    },
  };
}
