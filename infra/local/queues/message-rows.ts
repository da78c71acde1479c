// Messages as rows of the local cloud's own file.
import type { Store } from '../store.ts';
import type { Message } from './queue-store.ts';

/** The statements over them. */
export type MessageRows = ReturnType<typeof prepareStatements>;

/** Opens the table. What was leased belongs to a process that is gone, and is ready again. */
export function openMessageRows(store: Store): MessageRows {
  store.exec(`
    CREATE TABLE IF NOT EXISTS messages (
      sequence INTEGER PRIMARY KEY, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, attributes TEXT, receipt TEXT,
      sent_at INTEGER NOT NULL, ready_at INTEGER NOT NULL, received INTEGER NOT NULL DEFAULT 0, first_received_at INTEGER);
    CREATE INDEX IF NOT EXISTS messages_ready ON messages (queue, ready_at, sequence);
    CREATE UNIQUE INDEX IF NOT EXISTS messages_receipt ON messages (receipt) WHERE receipt IS NOT NULL;
    UPDATE messages SET receipt = NULL, ready_at = 0 WHERE receipt IS NOT NULL`);
  addGroups(store);
  return prepareStatements(store);
}

/** A file of before has no groups yet. */
const addGroups = (store: Store): void => {
  const columns = store.prepare("SELECT name FROM pragma_table_info('messages')").all();
  if (!columns.some(({ name }) => name === 'fair_group')) store.exec('ALTER TABLE messages ADD COLUMN fair_group TEXT');
};

const prepareStatements = (store: Store) => ({
  insert: store.prepare(
    'INSERT INTO messages (queue, id, body, attributes, sent_at, ready_at, fair_group) VALUES (?, ?, ?, ?, ?, ?, ?)',
  ),
  grouped: store.prepare('SELECT DISTINCT queue FROM messages WHERE fair_group IS NOT NULL'),
  ready: store.prepare('SELECT * FROM messages WHERE queue = ? AND ready_at <= ? ORDER BY ready_at, sequence LIMIT ?'),
  // By turns of their groups; a message without one is a group of its own.
  readyByTurns: store.prepare(`SELECT * FROM messages WHERE queue = ? AND ready_at <= ? ORDER BY row_number() OVER (
    PARTITION BY coalesce(fair_group, sequence) ORDER BY ready_at, sequence), ready_at, sequence LIMIT ?`),
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

type Row = Readonly<Record<string, string | number | bigint | Uint8Array | null>>;

/** A message as it is received now. */
export const toMessage = (row: Row, receipt: string, now: number): Message => ({
  id: String(row['id']),
  receipt,
  body: String(row['body']),
  attributes: typeof row['attributes'] === 'string' ? row['attributes'] : undefined,
  sentAt: Number(row['sent_at']),
  firstReceivedAt: Number(row['first_received_at'] ?? now),
  received: Number(row['received']) + 1,
});
