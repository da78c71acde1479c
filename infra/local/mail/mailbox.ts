// The mail of the local cloud: every message as it went over the wire, sent and received.
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atomically, type Store } from '../store.ts';

/** Which way a mail went. */
export type Direction = 'sent' | 'received';

/** A mail without its content. `from` and `to` are the envelope. */
export type Mail = {
  readonly id: string;
  readonly direction: Direction;
  readonly at: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** Which mails; newest first. */
export type MailFilter = { readonly direction?: Direction; readonly to?: string; readonly limit?: number };

/** All mails. */
export type Mailbox = {
  /** Keeps a mail; `alongside` runs in the same transaction. Durable when it returns. */
  keep(mail: Omit<Mail, 'id'> & { readonly id?: string }, raw: Uint8Array, alongside?: (mail: Mail) => void): Mail;
  get(id: string): Mail | undefined;
  raw(id: string): Buffer;
  list(filter?: MailFilter): readonly Mail[];
  count(): number;
};

const pageSize = 100;

/** Opens the mails kept under `folder`. */
export function openMailbox(store: Store, folder: string): Mailbox {
  mkdirSync(folder, { recursive: true });
  store.exec(`CREATE TABLE IF NOT EXISTS mails (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, direction TEXT NOT NULL, recipients TEXT NOT NULL, mail TEXT NOT NULL)`);
  const sql = {
    insert: store.prepare('INSERT INTO mails (id, direction, recipients, mail) VALUES (?, ?, ?, ?)'),
    get: store.prepare('SELECT mail FROM mails WHERE id = ?'),
    list: store.prepare(`SELECT mail FROM mails WHERE (?1 IS NULL OR direction = ?1) AND (?2 IS NULL OR instr(recipients, ?2) > 0)
      ORDER BY sequence DESC LIMIT ?3`),
    count: store.prepare('SELECT count(*) AS count FROM mails'),
  };
  const fileOf = (id: string): string => join(folder, `${id}.eml`);
  return {
    keep(content, raw, alongside) {
      const mail: Mail = { ...content, id: content.id ?? randomUUID() };
      writeFileSync(fileOf(mail.id), raw);
      const recipients = mail.to.map((address) => `<${address.toLowerCase()}>`).join();
      atomically(store, () => {
        sql.insert.run(mail.id, mail.direction, recipients, JSON.stringify(mail));
        alongside?.(mail);
      });
      return mail;
    },
    get: (id) => toMail(sql.get.get(id)),
    raw: (id) => readFileSync(fileOf(id)),
    list({ direction, to, limit = pageSize } = {}) {
      const recipient = to === undefined ? null : `<${to.toLowerCase()}>`;
      return sql.list.all(direction ?? null, recipient, limit).flatMap((row) => toMail(row) ?? []);
    },
    count: () => Number(sql.count.get()?.['count']),
  };
}

const toMail = (row: Readonly<Record<string, unknown>> | undefined): Mail | undefined =>
  row && (JSON.parse(String(row['mail'])) as Mail);
